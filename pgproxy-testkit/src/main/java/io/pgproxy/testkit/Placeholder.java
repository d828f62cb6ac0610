package io.pgproxy.testkit;

final class Placeholder {
    private Placeholder() {}
}
