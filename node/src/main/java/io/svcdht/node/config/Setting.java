package io.svcdht.node.config;

/** A setting in force, as text, and who set it. */
public record Setting(String value, Source source) {}
