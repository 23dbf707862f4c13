package io.svcdht.console.view;

import io.svcdht.node.error.ErrorCode;

/** A page cannot be made; the sentence says why and stands on a page of the same design. */
public final class PageRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String path;
    private final String label;

    private PageRefused(ErrorCode code, String sentence, String path, String label) {
        super(sentence, null, false, false);
        this.code = code;
        this.path = path;
        this.label = label;
    }

    public static PageRefused of(ErrorCode code, String sentence) {
        return new PageRefused(code, sentence, "", "");
    }

    public static PageRefused badRequest(String sentence) {
        return of(ErrorCode.BadRequest, sentence);
    }

    /** The same with a way on: a page below the console, live. */
    public PageRefused leadingTo(String pathBelowConsole, String words) {
        return new PageRefused(code, sentence(), pathBelowConsole, words);
    }

    public ErrorCode code() {
        return code;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** Empty = no way on. */
    public String path() {
        return path;
    }

    public String label() {
        return label;
    }
}
