package io.svcdht.node.wire.oap;

import java.util.Locale;
import java.util.Optional;

/** What a response's frame says in its field {@code code} (contracts §5). A closed set: anything else is refused. */
public enum WireCode {
    Ok(1000),
    BadVersion(1400),
    FrameTooLarge(1413),
    QuotaExceeded(1429),
    BadSignature(1440),
    StaleRecord(1441),
    NotReady(1450),
    Busy(1501),
    Timeout(1508);

    private final int number;

    WireCode(int number) {
        this.number = number;
    }

    /** Its name in lists of who was refused: that of the error it stands for. */
    public String reason() {
        return name().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /** The u16 of the frame. */
    public int number() {
        return number;
    }

    public static Optional<WireCode> of(int number) {
        for (WireCode c : values()) {
            if (c.number == number) {
                return Optional.of(c);
            }
        }
        return Optional.empty();
    }
}
