package io.pgproxy.cache;

import io.pgproxy.cache.Awaited.Kind;
import io.pgproxy.testkit.peer.FrontendBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is sent in one write, and the answers that it calls for. */
final class Messages {
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Awaited> awaited = new ArrayList<>();

    List<Awaited> awaited() {
        return awaited;
    }

    byte[][] bytes() {
        return sent.toArray(byte[][]::new);
    }

    void parse(String statement, String sql) {
        add(FrontendBytes.parse(statement, sql), Kind.PARSED, null, statement);
    }

    void bind(Portal portal, String statement) {
        List<Object> values = portal.deed.values();
        byte[] message = portal.binary
                ? FrontendBytes.bindBinary(
                        portal.name,
                        statement,
                        values.stream().map(Messages::binary).toList())
                : FrontendBytes.bind(
                        portal.name,
                        statement,
                        values.stream().map(Object::toString).toArray(String[]::new));
        add(message, Kind.BOUND, portal, "");
    }

    private static byte[] binary(Object value) {
        return value instanceof Integer number
                ? ByteBuffer.allocate(Integer.BYTES).putInt(number).array()
                : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    void describe(String statement) {
        add(FrontendBytes.describeStatement(statement), Kind.STATEMENT_DESCRIBED, null, "");
    }

    void describe(Portal portal) {
        add(FrontendBytes.describePortal(portal.name), Kind.PORTAL_DESCRIBED, portal, "");
    }

    void execute(Portal portal, int maxRows) {
        add(FrontendBytes.execute(portal.name, maxRows), Kind.EXECUTED, portal, "");
    }

    void close(Portal portal) {
        add(FrontendBytes.closePortal(portal.name), Kind.PORTAL_CLOSED, portal, "");
    }

    void close(String statement) {
        add(FrontendBytes.closeStatement(statement), Kind.STATEMENT_CLOSED, null, statement);
    }

    void flush() {
        sent.add(FrontendBytes.flush());
    }

    void sync() {
        add(FrontendBytes.sync(), Kind.READY, null, "");
    }

    void query(List<Deed> deeds) {
        sent.add(FrontendBytes.query(
                String.join("; ", deeds.stream().map(Deed::literal).toList())));
        deeds.forEach(deed -> awaited.add(new Awaited(Kind.PART_OF_QUERY, new Portal(deed, "", false), "")));
        awaited.add(new Awaited(Kind.READY, null, ""));
    }

    private void add(byte[] message, Kind kind, Portal portal, String statement) {
        sent.add(message);
        awaited.add(new Awaited(kind, portal, statement));
    }
}
