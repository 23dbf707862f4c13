package io.svcdht.system.fuzz;

/** Where Jazzer comes in; {@code scripts/fuzz} names the target by the property {@code svcdht.fuzz}. */
public final class Fuzz {
    private static final FuzzTarget TARGET = FuzzTarget.of(System.getProperty("svcdht.fuzz", "frame"));

    private Fuzz() {}

    /** Jazzer's convention. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.accept(input);
    }
}
