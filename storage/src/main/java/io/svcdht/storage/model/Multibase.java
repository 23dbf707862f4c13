package io.svcdht.storage.model;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes written as text whose first character names the alphabet (multiformats/multibase): every base of the registry
 * but identity, which is no text, and proquint. A text has one spelling: digits of one case, and no bits left over.
 */
public final class Multibase {
    private static final String OCTAL = "01234567";
    private static final String DECIMAL = "0123456789";
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String BASE32_HEX = "0123456789abcdefghijklmnopqrstuv";
    private static final String BASE32_Z = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final String BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private static final String BASE58_BTC = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final String BASE58_FLICKR = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    /** The code points of base256emoji in order of the bytes they stand for; the first is its prefix as well. */
    private static final String EMOJI = "🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍"
            + "😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌"
            + "😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳"
            + "😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝"
            + "😕🌺🎂🌻😐🖕💝🙊😹🗣💫💀👑🎵🤞😛🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁"
            + "😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶"
            + "🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵👎🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎"
            + "💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂";

    private static final int ROCKET = EMOJI.codePointAt(0);
    private static final Map<Integer, Byte> EMOJI_BYTES = emojiBytes();

    private Multibase() {}

    /** The bytes a text stands for, empty if it is not one text of a base known here. */
    public static Optional<byte[]> decode(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.codePointAt(0) == ROCKET) {
            return emoji(text.substring(Character.charCount(ROCKET)));
        }
        String digits = text.substring(1);
        return switch (text.charAt(0)) {
            case '0' -> wholeBytes(digits, "01", 1);
            case '7' -> bits(digits, OCTAL, 3);
            case '9' -> number(digits, DECIMAL);
            case 'f' -> wholeBytes(digits, "0123456789abcdef", 4);
            case 'F' -> wholeBytes(digits, "0123456789ABCDEF", 4);
            case 'b' -> bits(digits, BASE32, 5);
            case 'B' -> bits(digits, BASE32.toUpperCase(Locale.ROOT), 5);
            case 'c' -> padded(digits, BASE32);
            case 'C' -> padded(digits, BASE32.toUpperCase(Locale.ROOT));
            case 'v' -> bits(digits, BASE32_HEX, 5);
            case 'V' -> bits(digits, BASE32_HEX.toUpperCase(Locale.ROOT), 5);
            case 't' -> padded(digits, BASE32_HEX);
            case 'T' -> padded(digits, BASE32_HEX.toUpperCase(Locale.ROOT));
            case 'h' -> bits(digits, BASE32_Z, 5);
            case 'k' -> number(digits, BASE36);
            case 'K' -> number(digits, BASE36.toUpperCase(Locale.ROOT));
            case 'R' -> base45(digits);
            case 'z' -> base58btc(digits);
            case 'Z' -> number(digits, BASE58_FLICKR);
            case 'm' -> base64(digits, Base64.getDecoder(), Base64.getEncoder().withoutPadding());
            case 'M' -> base64(digits, Base64.getDecoder(), Base64.getEncoder());
            case 'u' ->
                base64(digits, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding());
            case 'U' -> base64(digits, Base64.getUrlDecoder(), Base64.getUrlEncoder());
            default -> Optional.empty();
        };
    }

    /** What base58btc digits without a prefix stand for. */
    public static Optional<byte[]> base58btc(String digits) {
        return number(digits, BASE58_BTC);
    }

    /** Bytes in base58btc, without a prefix. */
    public static String toBase58btc(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 138 / 100 + 1);
        BigInteger n = new BigInteger(1, bytes);
        BigInteger base = BigInteger.valueOf(BASE58_BTC.length());
        while (n.signum() > 0) {
            BigInteger[] parts = n.divideAndRemainder(base);
            out.append(BASE58_BTC.charAt(parts[1].intValue()));
            n = parts[0];
        }
        for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
            out.append(BASE58_BTC.charAt(0));
        }
        return out.reverse().toString();
    }

    /** As {@link #bits}, where digits always make whole bytes. */
    private static Optional<byte[]> wholeBytes(String digits, String alphabet, int bitsEach) {
        return digits.length() * bitsEach % 8 == 0 ? bits(digits, alphabet, bitsEach) : Optional.empty();
    }

    /** Digits of a few bits each, the highest first; what is left over at the end is less than a digit and zero. */
    private static Optional<byte[]> bits(String digits, String alphabet, int bitsEach) {
        byte[] out = new byte[digits.length() * bitsEach / 8];
        long bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < digits.length(); i++) {
            int v = alphabet.indexOf(digits.charAt(i));
            if (v < 0) {
                return Optional.empty();
            }
            bits = bits << bitsEach | v;
            held += bitsEach;
            if (held >= 8) {
                held -= 8;
                out[at++] = (byte) (bits >>> held);
            }
        }
        boolean canonical = held < bitsEach && (bits & ((1L << held) - 1)) == 0;
        return canonical ? Optional.of(out) : Optional.empty();
    }

    /** Base32 filled up to groups of eight digits. */
    private static Optional<byte[]> padded(String digits, String alphabet) {
        int end = digits.length();
        while (end > 0 && digits.charAt(end - 1) == '=') {
            end--;
        }
        if (digits.length() % 8 != 0 || digits.length() - end >= 8) {
            return Optional.empty();
        }
        return bits(digits.substring(0, end), alphabet, 5);
    }

    /** One large number; a leading zero digit is a leading zero byte. */
    private static Optional<byte[]> number(String digits, String alphabet) {
        BigInteger base = BigInteger.valueOf(alphabet.length());
        BigInteger n = BigInteger.ZERO;
        int zeros = 0;
        for (int i = 0; i < digits.length(); i++) {
            int v = alphabet.indexOf(digits.charAt(i));
            if (v < 0) {
                return Optional.empty();
            }
            if (v == 0 && n.signum() == 0) {
                zeros++;
            }
            n = n.multiply(base).add(BigInteger.valueOf(v));
        }
        byte[] magnitude = n.signum() == 0 ? new byte[0] : n.toByteArray();
        int skip = magnitude.length > 0 && magnitude[0] == 0 ? 1 : 0;
        byte[] out = new byte[zeros + magnitude.length - skip];
        System.arraycopy(magnitude, skip, out, zeros, magnitude.length - skip);
        return Optional.of(out);
    }

    /** RFC 9285: three digits make two bytes, two digits at the end make one; the lowest digit first. */
    private static Optional<byte[]> base45(String digits) {
        if (digits.length() % 3 == 1) {
            return Optional.empty();
        }
        byte[] out = new byte[digits.length() / 3 * 2 + digits.length() % 3 / 2];
        int at = 0;
        for (int from = 0; from < digits.length(); from += 3) {
            int to = Math.min(from + 3, digits.length());
            int n = 0;
            for (int i = to - 1; i >= from; i--) {
                int v = BASE45.indexOf(digits.charAt(i));
                if (v < 0) {
                    return Optional.empty();
                }
                n = n * 45 + v;
            }
            int bytes = to - from - 1;
            if (n >>> 8 * bytes != 0) {
                return Optional.empty();
            }
            for (int b = bytes - 1; b >= 0; b--) {
                out[at++] = (byte) (n >>> 8 * b);
            }
        }
        return Optional.of(out);
    }

    /** The JDK's decoder takes missing padding and bits left over; what it would not write so is refused. */
    private static Optional<byte[]> base64(String digits, Base64.Decoder decoder, Base64.Encoder encoder) {
        try {
            byte[] out = decoder.decode(digits);
            return encoder.encodeToString(out).equals(digits) ? Optional.of(out) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> emoji(String digits) {
        byte[] out = new byte[digits.length()];
        int at = 0;
        for (int i = 0; i < digits.length(); ) {
            int c = digits.codePointAt(i);
            Byte b = EMOJI_BYTES.get(c);
            if (b == null) {
                return Optional.empty();
            }
            out[at++] = b;
            i += Character.charCount(c);
        }
        return Optional.of(Arrays.copyOf(out, at));
    }

    private static Map<Integer, Byte> emojiBytes() {
        Map<Integer, Byte> bytes = new HashMap<>();
        EMOJI.codePoints().forEach(c -> bytes.put(c, (byte) bytes.size()));
        return Map.copyOf(bytes);
    }
}
