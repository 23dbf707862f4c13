package io.svcdht.node.wire.oap;

import java.util.Optional;

/** What is asked (contracts §5). */
public enum Opcode {
    PING(0),
    FIND_NODE(1),
    FIND_VALUE(2),
    PROVIDE(3),
    NODE_RECORD(4),
    GET_ROOT(5);

    private static final Opcode[] BY_NUMBER = values();

    private final int number;

    Opcode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static Optional<Opcode> of(long number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[(int) number]) : Optional.empty();
    }
}
