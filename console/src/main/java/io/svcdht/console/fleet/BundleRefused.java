package io.svcdht.console.fleet;

/** An incident file that is not taken, or cannot be made; the message is for people. */
public final class BundleRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public BundleRefused(String sentence) {
        super(sentence);
    }

    public BundleRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
