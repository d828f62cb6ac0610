package io.pgproxy.core;

final class Placeholder {
    private Placeholder() {}
}
