// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rsaencryption.h"

#if ASYNCMYSQL_HAVE_OPENSSL
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#endif

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

RsaEncryptionResult failed(FailureCode code, const QString &message)
{
    RsaEncryptionResult result;
    result.failure.code = code;
    result.failure.message = message;
    return result;
}

} // namespace

#if ASYNCMYSQL_HAVE_OPENSSL

namespace {

constexpr qsizetype MaximumPemSize = 1024 * 1024;
// MySQL servers make keys of 2048 bits and take up to 8192 (MAX_CIPHER_LENGTH).
constexpr int MinimumKeyBits = 1024;
constexpr int MaximumKeyBits = 16384;
// PKCS #1: OAEP takes two digests and two bytes of the modulus.
constexpr qsizetype OaepOverhead = 2 * 20 + 2;

template <auto function>
struct Deleter
{
    template <typename Type>
    void operator()(Type *object) const
    {
        function(object);
    }
};
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContextPointer = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;

// Without a callback OpenSSL asks for the passphrase of an encrypted PEM on the terminal.
int refusePassphrase(char *, int, int, void *)
{
    return -1;
}

// What stays in OpenSSL's error queue of this thread would be taken for an error of the TLS socket.
class ErrorQueueGuard
{
public:
    ErrorQueueGuard() = default;
    ~ErrorQueueGuard() { ERR_clear_error(); }
    Q_DISABLE_COPY_MOVE(ErrorQueueGuard)
};

KeyPointer readPublicKey(QByteArrayView pem)
{
    const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return KeyPointer(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, refusePassphrase, nullptr)
                          : nullptr);
}

bool useOaepWithSha1(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_encrypt_init(context) > 0
           && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0
           && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) > 0
           && EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) > 0;
}

} // namespace

RsaEncryptionResult encryptWithRsa(QByteArrayView plain, QByteArrayView publicKey)
{
    if (publicKey.size() > MaximumPemSize) {
        return failed(
            FailureCode::PublicKeyInvalid,
            u"The RSA key of the server has an invalid size of %1 bytes"_s.arg(publicKey.size()));
    }
    const ErrorQueueGuard guard;
    const KeyPointer key = readPublicKey(publicKey);
    if (!key)
        return failed(FailureCode::PublicKeyInvalid,
                      u"The RSA key of the server is not a PEM public key"_s);
    if (EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA)
        return failed(FailureCode::PublicKeyInvalid,
                      u"The public key of the server is not an RSA key"_s);
    const int bits = EVP_PKEY_bits(key.get());
    if (bits < MinimumKeyBits || bits > MaximumKeyBits) {
        return failed(FailureCode::PublicKeyInvalid,
                      u"The RSA key of the server has an unsupported size of %1 bits"_s.arg(bits));
    }
    if (plain.size() > EVP_PKEY_size(key.get()) - OaepOverhead) {
        return failed(
            FailureCode::PasswordTooLong,
            u"The password is too long for the RSA key of the server, which has %1 bits"_s.arg(
                bits));
    }

    const KeyContextPointer context(EVP_PKEY_CTX_new(key.get(), nullptr));
    RsaEncryptionResult result;
    size_t size = static_cast<size_t>(EVP_PKEY_size(key.get()));
    result.encrypted.resize(static_cast<qsizetype>(size));
    if (!context || !useOaepWithSha1(context.get())
        || EVP_PKEY_encrypt(context.get(),
                            reinterpret_cast<unsigned char *>(result.encrypted.data()), &size,
                            reinterpret_cast<const unsigned char *>(plain.data()),
                            static_cast<size_t>(plain.size()))
               <= 0) {
        return failed(FailureCode::PublicKeyInvalid,
                      u"The RSA key of the server cannot encrypt the password"_s);
    }
    result.encrypted.resize(static_cast<qsizetype>(size));
    return result;
}

#else

RsaEncryptionResult encryptWithRsa(QByteArrayView plain, QByteArrayView publicKey)
{
    Q_UNUSED(plain)
    Q_UNUSED(publicKey)
    return failed(
        FailureCode::PluginNotSupported,
        u"The password must be encrypted with RSA, but the library was built without OpenSSL"_s);
}

#endif

} // namespace AsyncMySql::Protocol
