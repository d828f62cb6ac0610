package io.pgproxy.protocol.frame;

final class Placeholder {
    private Placeholder() {}
}
