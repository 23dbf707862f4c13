package io.svcdht.kafka;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority made up for a test, and the certificate of a server at 127.0.0.1 that it signed.
 *
 * @param certificate the authority's own, PEM
 * @param server key and chain, PEM
 */
record Authority(Path certificate, Path server) {
    static Path certificateIn(Path directory) {
        return directory.resolve("ca.pem");
    }

    static Authority in(Path directory) throws java.io.IOException {
        try {
            KeyPair ca = pair();
            KeyPair server = pair();
            X500Name name = new X500Name("CN=an authority of tests " + System.nanoTime());
            X509CertificateHolder root = builder(name, name, ca)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.getPrivate()));
            X509CertificateHolder signed = builder(name, new X500Name("CN=a broker of tests"), server)
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.getPrivate()));
            Path certificate = Files.writeString(certificateIn(directory), pem("CERTIFICATE", root.getEncoded()));
            Path both = Files.writeString(
                    directory.resolve("server.pem"),
                    pem("PRIVATE KEY", server.getPrivate().getEncoded()) + pem("CERTIFICATE", signed.getEncoded()));
            return new Authority(certificate, both);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name of, KeyPair pair) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                Date.from(Instant.parse("2120-01-01T00:00:00Z")),
                of,
                pair.getPublic());
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        what,
                        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der),
                        what);
    }
}
