package io.pgproxy.cache.drivers;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Messages that drivers send seldom or in another order.
 *
 * @param what is read so
 * @param steps what is sent at once; the answer to each is awaited
 */
record RawReads(String what, List<Step> steps) implements Reads {
    private static final String BY_ID = "select * from kinds where id = $1";

    /**
     * Sent at once.
     *
     * @param answers how many messages come, 0 for all up to ReadyForQuery
     * @param readies how many of these
     * @param messages that are sent
     */
    record Step(int answers, int readies, List<byte[]> messages) {}

    static final List<RawReads> ALL = List.of(
            of("each text in a Query and in Execute, text and binary", texts()),
            of(
                    "statements and portals that are described",
                    ask(parse("s", BY_ID), describeStatement("s"), sync()),
                    ask(bind("p", "s", "1"), describePortal("p"), execute("p", 0), describePortal("p"), sync()),
                    ask(
                            bindBinary("p", "s", List.of(new byte[] {0, 0, 0, 3})),
                            describePortal("p"),
                            execute("p", 0),
                            sync()),
                    ask(bind("", "s", (String) null), describePortal(""), execute(), sync()),
                    ask(describeStatement("s"), closeStatement("s"), sync()),
                    ask(bind("", "s", "1"), execute(), sync()),
                    ask(parse("s", BY_ID, 23), describeStatement("s"), bind("", "s", "1"), execute(), sync())),
            of(
                    "a result without columns",
                    ask(query(Content.NO_COLUMNS)),
                    ask(parse("", Content.NO_COLUMNS), describeStatement(""), bind("", ""), execute(), sync()),
                    ask(parse("", Content.NO_COLUMNS), bind("", ""), describePortal(""), execute(), sync()),
                    ask(query(Content.NO_COLUMNS))),
            of(
                    "in portions",
                    ask(parse("", Content.MANY), bind("", ""), execute(), sync()),
                    ask(
                            parse("", Content.MANY),
                            bind("", ""),
                            execute("", 20),
                            execute("", 20),
                            execute("", 20),
                            sync()),
                    ask(parse("", Content.MANY), bind("", ""), execute("", 50), execute("", 50), sync()),
                    ask(parse("", Content.MANY), bind("", ""), execute("", 51), execute("", 50), sync()),
                    ask(parse("", Content.MANY), bind("", ""), execute("", 10), execute("", 0), execute(), sync()),
                    ask(parse("", Content.EMPTY), bind("", ""), execute("", 1), execute("", 1), sync()),
                    ask(parse("", Content.MANY), bind("", ""), execute("", 10), closePortal(""), execute(), sync()),
                    ask(parse("", Content.MANY), bind("", ""), execute("", -1), sync())),
            of(
                    "portals beyond their message",
                    ask(query("begin")),
                    ask(
                            parse("s", Content.MANY),
                            bind("p", "s"),
                            bind("q", "s"),
                            execute("p", 10),
                            execute("q", 1),
                            sync()),
                    ask(execute("p", 10), execute("q", 0), sync()),
                    ask(query(Content.MANY)),
                    ask(bind("p", "s"), sync()),
                    ask(query("rollback")),
                    ask(execute("p", 10), sync()),
                    ask(parse("", "begin"), bind("", ""), execute(), bind("p", "s"), execute("p", 10), sync()),
                    ask(closePortal("p"), execute("p", 10), sync()),
                    ask(query("rollback"))),
            of(
                    "by Flush",
                    hear(2, parse("s", BY_ID), describeStatement("s"), flush(), sync()),
                    hear(6, bind("", "s", "1"), describePortal(""), execute(), flush()),
                    hear(1, sync()),
                    hear(1, bind("", "s", "3"), flush()),
                    hear(1, describePortal(""), flush()),
                    hear(2, execute(), flush()),
                    hear(1, sync())),
            of(
                    "many at once",
                    ask(
                            parse("s", BY_ID),
                            bind("", "s", "1"),
                            execute(),
                            bind("", "s", "2"),
                            execute(),
                            sync(),
                            query(Content.MANY),
                            query(Content.NEVER_KEPT),
                            query(Content.MANY),
                            bind("", "s", "1"),
                            describePortal(""),
                            execute(),
                            parse("", Content.WRITE),
                            bind("", ""),
                            execute(),
                            bind("", "s", "3"),
                            execute(),
                            parse("", Content.NEVER_KEPT),
                            bind("", ""),
                            execute(),
                            bind("", "s", "1"),
                            execute(),
                            sync(),
                            sync())),
            of(
                    "more than fits between the proxy and the client, in messages that go to the server too",
                    ask(parse("", Content.WIDE), bind("", ""), execute(), sync()),
                    ask(parse("w", Content.WIDE), parse("n", Content.NEVER_KEPT), sync()),
                    ask(
                            bind("", "w"),
                            execute(),
                            bind("", "n"),
                            execute(),
                            bind("", "w"),
                            execute(),
                            bind("", "w"),
                            execute(),
                            bind("", "n"),
                            execute(),
                            sync())),
            of(
                    "several statements of a Query",
                    ask(query(Content.MANY)),
                    ask(query("select 1; table many; " + Content.KINDS)),
                    ask(query(Content.MANY + ";")),
                    ask(query("; " + Content.MANY)),
                    ask(query("begin; " + Content.MANY)),
                    ask(query(Content.MANY)),
                    ask(query(Content.MANY + "; commit")),
                    ask(query(""))),
            of(
                    "behind an error nothing is answered up to Sync",
                    ask(query(Content.MANY)),
                    ask(parse("m", Content.MANY), bind("", "m"), execute(), sync()),
                    ask(parse("", Content.ERROR), bind("", ""), execute(), bind("", "m"), execute(), sync()),
                    ask(parse("", "select nothing"), bind("", "m"), describePortal(""), execute(), sync()),
                    ask(bind("", "m"), execute(), bind("", "m", "1"), execute(), sync()),
                    ask(bind("", "m"), execute(), bind("", "unknown"), bind("", "m"), execute(), sync()),
                    ask(bind("", "m"), execute(), sync(), query(Content.ERROR)),
                    hear(1, sync()),
                    ask(parse("m", Content.MANY), sync()),
                    ask(query("begin")),
                    ask(bind("", "m"), execute(), parse("", Content.ERROR), bind("", ""), execute(), sync()),
                    ask(bind("", "m"), execute(), sync()),
                    ask(query(Content.MANY)),
                    ask(parse("", "rollback"), bind("", ""), execute(), bind("", "m"), execute(), sync())),
            of(
                    "what Bind is refused for",
                    ask(parse("s", BY_ID), parse("three", "select id, txt, num from kinds where id = $1"), sync()),
                    ask(bind("", "s", "1"), execute(), bind("", "three", "1"), execute(), sync()),
                    ask(bind("", "s", "one"), execute(), sync()),
                    ask(bind("", "s"), execute(), sync()),
                    ask(bind("", "s", "1", "2"), execute(), sync()),
                    ask(bindBinary("", "s", List.of(new byte[] {1})), execute(), sync()),
                    ask(formats("three", 1, 0, 1), describePortal(""), execute(), sync()),
                    ask(formats("three", 1, 0, 1), describePortal(""), execute(), sync()),
                    ask(formats("three", 1, 0), describePortal(""), execute(), sync()),
                    ask(formats("three", 0), describePortal(""), execute(), sync()),
                    ask(query("begin")),
                    ask(bind("p", "s", "1"), execute("p", 0), bind("p", "s", "1"), execute("p", 0), sync()),
                    ask(query("rollback"))),
            of(
                    "by types of parameters",
                    ask(
                            parse("", "select $1 as given, id from kinds order by id", 25),
                            describeStatement(""),
                            bind("", "", "1"),
                            execute(),
                            sync()),
                    ask(
                            parse("", "select $1 as given, id from kinds order by id", 23),
                            describeStatement(""),
                            bind("", "", "1"),
                            describePortal(""),
                            execute(),
                            sync()),
                    ask(
                            parse("", "select $1 as given, id from kinds order by id"),
                            describeStatement(""),
                            bind("", "", "1"),
                            describePortal(""),
                            execute(),
                            sync()),
                    ask(
                            parse("", "select $1 as given, id from kinds order by id", 25),
                            bind("", "", "1"),
                            describePortal(""),
                            execute(),
                            sync())));

    private static RawReads of(String what, Step... steps) {
        return new RawReads(what, List.of(steps));
    }

    private static Step ask(byte[]... messages) {
        int readies = 0;
        for (byte[] message : messages) {
            readies += message[0] == 'S' || message[0] == 'Q' ? 1 : 0;
        }
        return new Step(0, readies, List.of(messages));
    }

    private static Step hear(int answers, byte[]... messages) {
        return new Step(answers, 0, List.of(messages));
    }

    /** Binds the unnamed portal with a parameter, and formats of the result. */
    private static byte[] formats(String statement, int... formats) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(0);
        body.writeBytes(statement.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 1, '1', 0, (byte) formats.length});
        for (int format : formats) {
            body.writeBytes(new byte[] {0, (byte) format});
        }
        return FrontendBytes.message('B', body.toByteArray());
    }

    private static Step[] texts() {
        return Stream.of(Content.KINDS, Content.ODD, Content.NULLS, Content.WIDE, Content.EMPTY, Content.MANY)
                .flatMap(sql -> Stream.of(
                        ask(query(sql)),
                        ask(query(sql)),
                        ask(parse("", sql), bind("", ""), execute(), sync()),
                        ask(parse("", sql), bind("", ""), describePortal(""), execute(), sync()),
                        ask(parse("", sql), describeStatement(""), bindBinary("", "", List.of()), execute(), sync()),
                        ask(parse("", sql), bindBinary("", "", List.of()), describePortal(""), execute(), sync())))
                .toArray(Step[]::new);
    }

    @Override
    public void run(Place place) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect(Place.HOST, place.port())) {
            client.login(place.user(), place.password(), place.database());
            for (Step step : steps) {
                client.send(step.messages.toArray(byte[][]::new));
                for (int i = 0; i < step.answers; i++) {
                    client.readMessage();
                }
                for (int i = 0; i < step.readies; i++) {
                    client.readUntilReady();
                }
            }
            client.send(terminate());
            client.awaitEnd();
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
