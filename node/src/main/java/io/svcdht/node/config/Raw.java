package io.svcdht.node.config;

/** A value as a source gave it, before it is checked. */
record Raw(String text, Source source) {}
