package io.pgproxy.core.pool.workload;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a client does that is rude to whoever shares its connections. For one thread. */
final class Misdeeds {
    private final String name;
    private final Tally tally;
    private final Random random;
    private int tokens;

    Misdeeds(String name, Tally tally, Random random) {
        this.name = name;
        this.tally = tally;
        this.random = random;
    }

    /**
     * Does one.
     *
     * @return whether the connection is still there
     */
    boolean commit(Client client) throws Exception {
        if (!(client instanceof RawClient raw) || random.nextInt(5) == 0) {
            timesOut(client);
            return true;
        }
        switch (random.nextInt(4)) {
            case 0 -> failsInAPipeline(raw);
            case 1 -> failsInACopy(raw);
            default -> {
                vanishes(raw.wire());
                return false;
            }
        }
        return true;
    }

    private void timesOut(Client client) throws Exception {
        client.begin();
        client.ask("set local statement_timeout to '10ms'");
        try {
            client.ask("select pg_sleep(60)");
            tally.wrong(name, "no statement timeout");
        } catch (Refused error) {
            expect(error, "57014", "timeout");
        }
        tally.asked();
        client.rollback();
    }

    /** The first has its row, the second its error, and of the third nothing is to be seen. */
    private void failsInAPipeline(RawClient client) throws Exception {
        String first = token();
        String second = token();
        client.wire()
                .send(
                        parse("", "select $1::text"),
                        bind("", "", first),
                        execute(),
                        parse("", "select $1::text::int"),
                        bind("", "", second),
                        execute(),
                        parse("never", "select $1::text"),
                        bind("", "never", token()),
                        execute(),
                        sync());
        List<WireMessage> messages = client.wire().readUntilReady();
        tally.asked();
        if (!WireMessage.tags(messages).matches("12DC12?EZ")) {
            throw failure(messages);
        }
        tally.same(name, "before the error", messages.get(2).values(), List.of(first));
        expect(RawClient.refused(messages.get(messages.size() - 2)), "22P02", second);
    }

    private void failsInACopy(RawClient client) throws Exception {
        String reason = token();
        client.wire().send(query("copy public.copied from stdin"));
        client.rows();
        client.wire().send(copyData(name + "\t1\tnever\n"), copyFail(reason));
        try {
            client.rows();
            tally.wrong(name, "a copy that has failed succeeds");
        } catch (Refused error) {
            expect(error, "57014", reason);
        }
        tally.asked();
    }

    private void vanishes(ScriptedClient wire) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> wire.send(query("select pg_sleep(60)"));
            case 1 -> {
                wire.send(query("select repeat('x', 8000), generate_series(1, 100000000)"));
                wire.readMessage();
            }
            case 2 -> {
                wire.send(query("copy public.copied from stdin"));
                wire.readMessage();
                wire.send(copyData(name + "\t1\tnever\n"));
            }
            case 3 -> {
                wire.send(query("copy (select repeat('x', 8000), generate_series(1, 100000000)) to stdout"));
                wire.readMessage();
            }
            case 4 -> {
                wire.send(query("begin; update public.work set token = 'never' where client = '" + name + "'"));
                wire.readUntilReady();
            }
            case 5 -> {
                for (int i = 0; i < 20; i++) {
                    wire.send(parse("", "select pg_sleep(0.01), $1"), bind("", "", token()), execute(), sync());
                }
            }
            case 6 -> {
                byte[] message = query("select '" + token() + "'");
                wire.send(Arrays.copyOf(message, message.length - 3));
            }
            default -> wire.send(query("set app.tenant to 'nobody'; prepare own as select 'nobody'; begin"));
        }
        if (random.nextBoolean()) {
            wire.reset();
        } else {
            wire.close();
        }
    }

    /** Another error is none of its own doing. */
    private void expect(Refused error, String state, String about) throws Refused {
        if (!error.state().equals(state) || error.mentions("user request")) {
            throw error;
        }
        if (!error.mentions(about)) {
            tally.wrong(name, "the error of somebody else: " + error.getMessage() + ", not about " + about);
        }
    }

    private static Exception failure(List<WireMessage> messages) {
        return messages.stream()
                .filter(message -> message.tag() == 'E')
                .<Exception>map(RawClient::refused)
                .findFirst()
                .orElseGet(() -> new IOException("a broken pipeline answers " + messages));
    }

    private String token() {
        return name + "_misdeed_" + ++tokens;
    }
}
