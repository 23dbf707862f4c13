package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The fields of a CBOR map by name, each with its type and range; those nobody asks for are ignored. */
final class Fields {
    private final CBORObject map;

    Fields(CBORObject map) throws Malformed {
        if (map.getType() != CBORType.Map) {
            throw new Malformed(Refusal.WRONG_SHAPE, "no map where one is due");
        }
        this.map = map;
    }

    boolean has(String name) {
        return map.ContainsKey(name);
    }

    long number(String name, long min, long max) throws Malformed {
        return number(name, field(name), min, max);
    }

    byte[] bytes(String name, int bytesMax) throws Malformed {
        return bytes(name, field(name), bytesMax);
    }

    Key key(String name) throws Malformed {
        byte[] bytes = bytes(name, Key.BYTES);
        if (bytes.length != Key.BYTES) {
            throw wrong(name, "32 bytes");
        }
        return Key.of(bytes);
    }

    String text(String name) throws Malformed {
        return text(name, field(name));
    }

    List<CBORObject> list(String name, int sizeMax) throws Malformed {
        return list(name, field(name), sizeMax);
    }

    List<String> texts(String name, int sizeMax) throws Malformed {
        List<String> texts = new ArrayList<>();
        for (CBORObject item : list(name, sizeMax)) {
            texts.add(text(name, item));
        }
        return texts;
    }

    static List<CBORObject> list(String name, CBORObject value, int sizeMax) throws Malformed {
        if (value.getType() != CBORType.Array || value.size() > sizeMax) {
            throw wrong(name, "an array of at most %d items".formatted(sizeMax));
        }
        Collection<CBORObject> values = value.getValues();
        return List.copyOf(values);
    }

    static long number(String name, CBORObject value, long min, long max) throws Malformed {
        if (value.getType() == CBORType.Integer && value.AsNumber().CanFitInInt64()) {
            long n = value.AsInt64Value();
            if (n >= min && n <= max) {
                return n;
            }
        }
        throw wrong(name, "a whole number in %d…%d".formatted(min, max));
    }

    static byte[] bytes(String name, CBORObject value, int bytesMax) throws Malformed {
        if (value.getType() == CBORType.ByteString) {
            byte[] bytes = value.GetByteString();
            if (bytes.length <= bytesMax) {
                return bytes;
            }
        }
        throw wrong(name, "a byte string of at most %d bytes".formatted(bytesMax));
    }

    static String text(String name, CBORObject value) throws Malformed {
        if (value.getType() != CBORType.TextString) {
            throw wrong(name, "a text");
        }
        return value.AsString();
    }

    private CBORObject field(String name) throws Malformed {
        CBORObject value = map.get(name);
        if (value == null) {
            throw new Malformed(Refusal.WRONG_SHAPE, "field %s is missing".formatted(name));
        }
        return value;
    }

    static Malformed wrong(String name, String due) {
        return new Malformed(Refusal.WRONG_SHAPE, "field %s is not %s".formatted(name, due));
    }
}
