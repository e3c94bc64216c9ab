// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationplugin.h"
#include "handshakescript.h"
#include "rsaencryption.h"

#include <QtTest/qtest.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = AuthenticationPlugin::Action::Kind;

namespace {

const QByteArray scramble = QByteArray::fromHex("4e523348503a714959615f393d64623f53647b60");

struct KeyDeleter
{
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyDeleter>;

KeyPointer generateKey(int type, int bits = 0)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(type, nullptr);
    EVP_PKEY *key = nullptr;
    if (EVP_PKEY_keygen_init(context) > 0
        && (bits == 0 || EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) > 0)) {
        EVP_PKEY_keygen(context, &key);
    }
    EVP_PKEY_CTX_free(context);
    return KeyPointer(key);
}

QByteArray publicPem(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const QByteArray pem(data, size);
    BIO_free_all(bio);
    return pem;
}

QByteArray privatePem(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const QByteArray pem(data, size);
    BIO_free_all(bio);
    return pem;
}

/// What the server does with the packet.
QByteArray decrypt(EVP_PKEY *key, const QByteArray &encrypted)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, nullptr);
    QByteArray plain(EVP_PKEY_size(key), '\0');
    size_t size = static_cast<size_t>(plain.size());
    const bool ok
        = EVP_PKEY_decrypt_init(context) > 0
          && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0
          && EVP_PKEY_decrypt(context, reinterpret_cast<unsigned char *>(plain.data()), &size,
                              reinterpret_cast<const unsigned char *>(encrypted.constData()),
                              static_cast<size_t>(encrypted.size()))
                 > 0;
    EVP_PKEY_CTX_free(context);
    return ok ? plain.first(static_cast<qsizetype>(size)) : QByteArray();
}

QByteArray unmasked(QByteArray bytes)
{
    for (qsizetype i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(bytes.at(i) ^ scramble.at(i % scramble.size()));
    return bytes;
}

AuthenticationContext contextFor(const QByteArray &password)
{
    AuthenticationContext context;
    context.password = Secret(password);
    return context;
}

} // namespace

class tst_RsaAuthentication : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void asksForTheKeyAndEncryptsThePassword_data();
    void asksForTheKeyAndEncryptsThePassword();
    void usesTheKeyThatIsKnownBeforehand_data();
    void usesTheKeyThatIsKnownBeforehand();
    void sha256AsksForTheKeyOfALocalServer();
    void takesPasswordsUpToTheSizeOfTheKey();
    void refusesPublicKeys_data();
    void refusesPublicKeys();
    void leavesNoErrorsBehindForTls();

private:
    KeyPointer m_key;
};

void tst_RsaAuthentication::initTestCase()
{
    m_key = generateKey(EVP_PKEY_RSA, 2048);
    QVERIFY(m_key);
}

void tst_RsaAuthentication::asksForTheKeyAndEncryptsThePassword_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("password");

    for (const QByteArray &name : {"caching_sha2_password"_ba, "sha256_password"_ba}) {
        QTest::addRow("%s", name.constData()) << name << "secret"_ba;
        QTest::addRow("%s, longer than the scramble", name.constData())
            << name << QByteArray(100, 'p');
        QTest::addRow("%s, not ASCII", name.constData()) << name << u"pässwörd-密碼"_s.toUtf8();
    }
}

void tst_RsaAuthentication::asksForTheKeyAndEncryptsThePassword()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, password);

    AuthenticationContext context = contextFor(password);
    context.policy.allowPublicKeyRetrieval = true;
    const auto plugin = AuthenticationPlugin::create(name, context);
    AuthenticationPlugin::Action request = plugin->start(scramble);
    if (name == "caching_sha2_password") {
        QVERIFY(plugin->isComplete());
        request = plugin->handleData("\x04");
    }
    QCOMPARE(request.kind, Kind::Send);
    QCOMPARE(request.payload, name == "sha256_password" ? "\x01"_ba : "\x02"_ba);
    QVERIFY(!plugin->isComplete());

    const AuthenticationPlugin::Action action = plugin->handleData(publicPem(m_key.get()));
    QCOMPARE(action.kind, Kind::Send);
    QCOMPARE(action.payload.size(), 256);
    QVERIFY(plugin->isComplete());
    QCOMPARE(unmasked(decrypt(m_key.get(), action.payload)), password + '\0');

    // No second key: the password is encrypted once.
    QCOMPARE(plugin->handleData(publicPem(m_key.get())).failure.code,
             FailureCode::UnexpectedPacket);
}

void tst_RsaAuthentication::usesTheKeyThatIsKnownBeforehand_data()
{
    QTest::addColumn<QByteArray>("name");

    QTest::newRow("caching_sha2_password") << "caching_sha2_password"_ba;
    QTest::newRow("sha256_password") << "sha256_password"_ba;
}

void tst_RsaAuthentication::usesTheKeyThatIsKnownBeforehand()
{
    QFETCH(QByteArray, name);

    AuthenticationContext context = contextFor("secret");
    context.policy.serverPublicKey = publicPem(m_key.get());
    const auto plugin = AuthenticationPlugin::create(name, context);
    AuthenticationPlugin::Action action = plugin->start(scramble);
    if (name == "caching_sha2_password")
        action = plugin->handleData("\x04");
    QCOMPARE(action.kind, Kind::Send);
    QCOMPARE(unmasked(decrypt(m_key.get(), action.payload)), QByteArray("secret\0", 7));
    // A key that comes all the same is somebody else's.
    QCOMPARE(plugin->handleData(publicPem(generateKey(EVP_PKEY_RSA, 1024).get())).failure.code,
             FailureCode::UnexpectedPacket);
}

void tst_RsaAuthentication::sha256AsksForTheKeyOfALocalServer()
{
    AuthenticationContext context = contextFor("secret");
    context.channel = localSocket();
    context.serverMustBeVerified = true;
    const auto plugin = AuthenticationPlugin::create("sha256_password", context);
    QCOMPARE(plugin->start(scramble).payload, "\x01"_ba);
    const AuthenticationPlugin::Action action = plugin->handleData(publicPem(m_key.get()));
    QCOMPARE(unmasked(decrypt(m_key.get(), action.payload)), QByteArray("secret\0", 7));
}

void tst_RsaAuthentication::takesPasswordsUpToTheSizeOfTheKey()
{
    // 256 bytes of modulus, 42 of OAEP.
    const QByteArray pem = publicPem(m_key.get());
    const QByteArray longest(214, 'p');
    const RsaEncryptionResult fits = encryptWithRsa(longest, pem);
    QVERIFY(!fits.failure);
    QCOMPARE(decrypt(m_key.get(), fits.encrypted), longest);

    const RsaEncryptionResult tooLong = encryptWithRsa(longest + 'p', pem);
    QCOMPARE(tooLong.failure.code, FailureCode::PasswordTooLong);
    QVERIFY(tooLong.encrypted.isEmpty());
}

void tst_RsaAuthentication::refusesPublicKeys_data()
{
    QTest::addColumn<QByteArray>("pem");

    const QByteArray good = publicPem(m_key.get());
    QTest::newRow("none") << ""_ba;
    QTest::newRow("garbage") << "garbage"_ba;
    QTest::newRow("garbage in PEM's clothes")
        << "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"_ba;
    QTest::newRow("cut") << good.first(good.size() / 2);
    QTest::newRow("no base64") << good.mid(0, 100) + "!!!!" + good.mid(104);
    QTest::newRow("a private key") << privatePem(m_key.get());
    QTest::newRow("elliptic") << publicPem(generateKey(EVP_PKEY_ED25519).get());
    QTest::newRow("RSA for signatures alone")
        << publicPem(generateKey(EVP_PKEY_RSA_PSS, 2048).get());
    QTest::newRow("too few bits") << publicPem(generateKey(EVP_PKEY_RSA, 512).get());
    QTest::newRow("more than a megabyte") << good + QByteArray(1024 * 1024, '\n');
    // Must not ask for the passphrase on the terminal.
    QTest::newRow("encrypted") << "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
                                  "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                                  "-----END PUBLIC KEY-----\n"_ba;
}

void tst_RsaAuthentication::refusesPublicKeys()
{
    QFETCH(QByteArray, pem);

    const RsaEncryptionResult result = encryptWithRsa("secret", pem);
    QCOMPARE(result.failure.code, FailureCode::PublicKeyInvalid);
    QVERIFY(result.encrypted.isEmpty());

    AuthenticationContext context = contextFor("secret");
    context.policy.allowPublicKeyRetrieval = true;
    const auto plugin = AuthenticationPlugin::create("sha256_password", context);
    QCOMPARE(plugin->start(scramble).kind, Kind::Send);
    const AuthenticationPlugin::Action action = plugin->handleData(pem);
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, FailureCode::PublicKeyInvalid);
    QVERIFY(!plugin->isComplete());
}

void tst_RsaAuthentication::leavesNoErrorsBehindForTls()
{
    ERR_clear_error();
    QVERIFY(encryptWithRsa("secret", "garbage").failure);
    QCOMPARE(ERR_peek_error(), 0ul);
}

QTEST_APPLESS_MAIN(tst_RsaAuthentication)
#include "tst_rsaauthentication.moc"
