package io.svcdht.node.net;

import io.svcdht.node.trust.Ed25519Keys;
import io.svcdht.node.trust.SigningContext;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate a node shows: self-signed, with a TLS key that lives as long as the process, and one extension of
 * ours that ties the key to the node (contracts §5):
 *
 * <pre>
 * 2.25.248312076450127418593611275964302817253   SEQUENCE {
 *     OCTET STRING  Ed25519 public key, 32
 *     OCTET STRING  BLAKE3-256 of the ML-DSA-87 public key, 32; empty for a classical-only node
 *     OCTET STRING  Ed25519 signature, 64, over "svc-dht/tls-key/v1" | 0 | SubjectPublicKeyInfo
 * }
 * </pre>
 *
 * <p>TLS proves that the peer holds the TLS key, the signature that whoever holds the node key meant this TLS key.
 * Names, dates and the certificate's own signature add nothing to that and are not looked at.
 *
 * @param key the private TLS key
 */
record PeerCertificate(PrivateKey key, X509Certificate certificate) {
    static final String EXTENSION = "2.25.248312076450127418593611275964302817253";

    private static final int SIGNATURE_BYTES = 64;
    /** Longest extension looked into, bytes. */
    private static final int EXTENSION_BYTES_MAX = 256;

    private static final Time FROM = new Time(new DERUTCTime("700101000000Z"));
    /** RFC 5280: no well-defined end. */
    private static final Time TO = new Time(new DERGeneralizedTime("99991231235959Z"));

    /** A new TLS key, and the certificate that ties it to the node. */
    static PeerCertificate of(PeerIdentity node) {
        return of(node.keys(), node::signTlsKey);
    }

    /** Signs a SubjectPublicKeyInfo, as the holder of an Ed25519 key does. */
    interface Sign {
        byte[] sign(byte[] spki);
    }

    static PeerCertificate of(NodeKeys keys, Sign sign) {
        KeyPair pair = tlsKey();
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(new DEROctetString(keys.ed25519().bytes()));
        parts.add(new DEROctetString(
                keys.classicalOnly() ? new byte[0] : keys.mlDsa87Hash().bytes()));
        parts.add(new DEROctetString(sign.sign(pair.getPublic().getEncoded())));
        return selfSigned(pair, new DERSequence(parts));
    }

    static KeyPair tlsKey() {
        try {
            KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
            ec.initialize(new ECGenParameterSpec("secp256r1"));
            return ec.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    /** A certificate with that extension, whatever is in it. */
    static PeerCertificate selfSigned(KeyPair pair, ASN1Sequence extension) {
        X500Name name = new X500Name("CN=svc-dht");
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, new BigInteger(63, new SecureRandom()), FROM, TO, name, pair.getPublic());
            if (extension.size() > 0) {
                builder.addExtension(new ASN1ObjectIdentifier(EXTENSION), false, extension);
            }
            return new PeerCertificate(
                    pair.getPrivate(),
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))));
        } catch (CertIOException | OperatorCreationException | CertificateException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    /**
     * The keys of the node that meant this certificate.
     *
     * @throws CertificateException if it has no such extension, or one whose signature does not hold
     */
    static NodeKeys verified(X509Certificate certificate) throws CertificateException {
        byte[][] parts = extension(certificate);
        byte[] message =
                SigningContext.TLS_KEY.message(certificate.getPublicKey().getEncoded());
        Key ed25519 = Key.of(parts[0]);
        // Under a key of small order, signatures hold that nobody made.
        if (!Ed25519Keys.isSound(ed25519) || !Ed25519Keys.verifies(ed25519, message, parts[2])) {
            throw new CertificateException("the node's signature over the TLS key does not hold");
        }
        return keys(parts);
    }

    /**
     * The keys in a certificate that {@link PeerTrust} has passed in a handshake.
     *
     * @throws CertificateException if it has no such extension
     */
    static NodeKeys named(X509Certificate certificate) throws CertificateException {
        return keys(extension(certificate));
    }

    private static NodeKeys keys(byte[][] parts) {
        Key ed25519 = Key.of(parts[0]);
        return parts[1].length == 0 ? NodeKeys.classical(ed25519) : NodeKeys.of(ed25519, Key.of(parts[1]));
    }

    /** Key, hash and signature, each of its length. */
    private static byte[][] extension(X509Certificate certificate) throws CertificateException {
        byte[] der = certificate.getExtensionValue(EXTENSION);
        if (der == null || der.length > EXTENSION_BYTES_MAX) {
            throw new CertificateException("no extension that names a node");
        }
        try {
            ASN1Sequence parts = ASN1Sequence.getInstance(
                    ASN1Sequence.fromByteArray(ASN1OctetString.getInstance(der).getOctets()));
            byte[][] bytes = new byte[3][];
            if (parts.size() != bytes.length) {
                throw new CertificateException("an extension of %d parts".formatted(parts.size()));
            }
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = ASN1OctetString.getInstance(parts.getObjectAt(i)).getOctets();
            }
            if (bytes[0].length != Key.BYTES
                    || bytes[1].length != 0 && bytes[1].length != Key.BYTES
                    || bytes[2].length != SIGNATURE_BYTES) {
                throw new CertificateException("an extension with parts of other lengths");
            }
            return bytes;
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new CertificateException("an extension that is no sequence of three octet strings", e);
        }
    }
}
