package io.svcdht.node.config;

/**
 * Why the settings cannot be used.
 *
 * @param source where to look
 * @param sentence what is wrong there, with the value and what is allowed
 */
public record Problem(Source source, String sentence) {
    @Override
    public String toString() {
        return source + ": " + sentence;
    }
}
