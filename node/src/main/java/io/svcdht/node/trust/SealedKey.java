package io.svcdht.node.trust;

import java.io.IOException;
import java.security.Provider;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * A private key under a passphrase as everybody writes it: EncryptedPrivateKeyInfo (RFC 5958) by PBES2 (RFC 8018), with
 * scrypt (RFC 7914) and AES-256 in CBC mode. What comes out is proved by the public key beside it, so the mode
 * needs no tag.
 */
final class SealedKey {
    /** 16 MiB and some 0.3 s for a guess; OpenSSL opens no more than 32 MiB by itself. */
    private static final int SCRYPT_N = 1 << 14;

    private static final int SCRYPT_R = 8;
    private static final int SCRYPT_P = 5;
    private static final int SALT_BYTES = 16;

    private SealedKey() {}

    static byte[] seal(byte[] pkcs8, Passphrase passphrase) {
        ScryptConfig scrypt = new ScryptConfig.Builder(SCRYPT_N, SCRYPT_R, SCRYPT_P)
                .withSaltLength(SALT_BYTES)
                .build();
        try {
            OutputEncryptor encryptor = new JcePKCSPBEOutputEncryptorBuilder(
                            scrypt, NISTObjectIdentifiers.id_aes256_CBC)
                    .setProvider(provider())
                    .build(passphrase.chars());
            return new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(pkcs8))
                    .build(encryptor)
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("a key could not be sealed: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the passphrase does not open it */
    static byte[] open(String file, byte[] sealed, Passphrase passphrase) {
        try {
            return new PKCS8EncryptedPrivateKeyInfo(sealed)
                    .decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                            .setProvider(provider())
                            .build(passphrase.chars()))
                    .getEncoded();
        } catch (PKCSException | IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the passphrase does not open node key %s".formatted(file), e);
        }
    }

    /** For these two alone: registered with the JVM it would change what others get. */
    private static Provider provider() {
        return new BouncyCastleProvider();
    }
}
