#!/usr/bin/env bash
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Certificates for the test servers: a CA, a server certificate for loopback, a client certificate.
# To be sourced, not run.

# make_certificates FOLDER
make_certificates() {
    local tls=$1 config
    config=$tls/openssl.cnf
    mkdir -p "$tls"
    cat >"$config" <<'CONF'
[req]
distinguished_name = dn
prompt = no
[dn]
O = AsyncMySql tests
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CONF
    local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650
        -config "$config")
    {
        openssl req -x509 "${key[@]}" -extensions ca \
            -subj '/O=AsyncMySql tests/CN=AsyncMySql test CA' \
            -keyout "$tls/ca-key.pem" -out "$tls/ca.pem"
        openssl req -x509 "${key[@]}" -extensions server -subj '/O=AsyncMySql tests/CN=localhost' \
            -CA "$tls/ca.pem" -CAkey "$tls/ca-key.pem" \
            -keyout "$tls/server-key.pem" -out "$tls/server-cert.pem"
        openssl req -x509 "${key[@]}" -extensions client -subj '/O=AsyncMySql tests/CN=client' \
            -CA "$tls/ca.pem" -CAkey "$tls/ca-key.pem" \
            -keyout "$tls/client-key.pem" -out "$tls/client-cert.pem"
    } >"$tls/openssl.log" 2>&1 ||
        { cat "$tls/openssl.log" >&2; die "openssl could not make the certificates"; }
    openssl verify -CAfile "$tls/ca.pem" "$tls/server-cert.pem" "$tls/client-cert.pem" \
        >>"$tls/openssl.log" 2>&1 ||
        die "the certificates made do not verify"
}
