package io.svcdht.node.trust;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.svcdht.storage.model.MlDsa87Key;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * ML-DSA-87 (FIPS 204) as the JDK and Bouncy Castle have it. Signatures are randomized: the same words have another one each
 * time.
 */
final class MlDsa87 {
    static final String NAME = "ML-DSA-87";

    /** SubjectPublicKeyInfo of a raw key of 2,592 bytes (RFC 9881): all that stands before it. */
    private static final byte[] DER_HEAD = HexFormat.of().parseHex("30820a32300b060960864801650304031303820a2100");

    private static final int AVX_512 = 3;
    private static final boolean JDK_IS_FASTER = jdkIsFaster();

    private MlDsa87() {}

    static byte[] sign(byte[] pkcs8, byte[] message) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initSign(KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the ML-DSA-87 key does not sign: " + e.getMessage(), e);
        }
    }

    /** Judged by who is faster on this processor; both judge alike. */
    static boolean verifies(MlDsa87Key key, byte[] message, byte[] bytes) {
        return JDK_IS_FASTER ? jdkVerifies(key, message, bytes) : bouncyCastleVerifies(key, message, bytes);
    }

    static boolean jdkVerifies(MlDsa87Key key, byte[] message, byte[] bytes) {
        byte[] der = new byte[DER_HEAD.length + MlDsa87Key.BYTES];
        System.arraycopy(DER_HEAD, 0, der, 0, DER_HEAD.length);
        System.arraycopy(key.bytes(), 0, der, DER_HEAD.length, MlDsa87Key.BYTES);
        try {
            PublicKey publicKey = KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(der));
            Signature signature = Signature.getInstance(NAME);
            signature.initVerify(publicKey);
            signature.update(message);
            return signature.verify(bytes);
        } catch (GeneralSecurityException e) {
            // What a stranger sent is no key or no signature.
            return false;
        }
    }

    static boolean bouncyCastleVerifies(MlDsa87Key key, byte[] message, byte[] bytes) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(false, new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_87, key.bytes()));
        signer.update(message, 0, message.length);
        return signer.verifySignature(bytes);
    }

    /** The JDK has code of its own for AVX-512 and for processors that have no AVX at all, those of ARM. */
    private static boolean jdkIsFaster() {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return flags == null || Integer.parseInt(flags.getVMOption("UseAVX").getValue()) >= AVX_512;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
