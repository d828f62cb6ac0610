package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Messages that a client sends in one go.
 *
 * @param parts in their order
 */
record Pipeline(List<Part> parts) {
    private static final int NO_FUNCTION = 1;
    private static final int VERSION = 89;
    private static final String END = "the pipeline has ended";

    /** A few messages; some are refused, by the server itself when asked directly, else by a hook. */
    enum Part {
        INSERT,
        SELECT,
        NAMED,
        REFUSED_PARSE,
        REFUSED_DESCRIBED,
        REFUSED_BIND,
        REFUSED_QUERY,
        REFUSED_PART,
        REFUSED_CALL,
        FAILING,
        QUERY,
        BEGIN,
        COMMIT,
        FLUSH,
        SYNC;

        boolean isRefused() {
            return name().startsWith("REFUSED");
        }

        /** Words that the hook looks for and the server knows nothing of; what the server stumbles over instead. */
        private byte[] bytes(boolean direct) {
            String parseRefused = direct ? "select 'no such' syntax 'as this'" : "select 'refuse statement'";
            return switch (this) {
                case INSERT -> join(parse("", "insert into t values (1)"), bind("", ""), execute());
                case SELECT -> join(parse("", "select a, 'x' from t"), bind("", ""), describePortal(""), execute());
                case NAMED ->
                    join(
                            parse("n", "select $1::text"),
                            describeStatement("n"),
                            bind("p", "n", "v"),
                            execute("p", 0),
                            closed());
                case REFUSED_PARSE -> join(parse("", parseRefused), bind("", ""), execute());
                case REFUSED_DESCRIBED ->
                    join(
                            parse("x", parseRefused),
                            describeStatement("x"),
                            bind("", "x"),
                            describePortal(""),
                            execute());
                case REFUSED_BIND ->
                    join(
                            parse("", "select $1::int as refuse_execution"),
                            describeStatement(""),
                            bind("", "", direct ? "no number" : "1"),
                            execute());
                case REFUSED_QUERY -> query(parseRefused);
                case REFUSED_PART -> query("insert into t values (2); " + parseRefused + "; select 1");
                case REFUSED_CALL -> functionCall(direct ? NO_FUNCTION : VERSION);
                case FAILING -> join(parse("", "select 1 / (select 0)"), bind("", ""), execute());
                case QUERY -> query("insert into t values (3) returning a");
                case BEGIN -> query("begin");
                case COMMIT -> query("commit");
                case FLUSH -> flush();
                case SYNC -> sync();
            };
        }

        private static byte[] closed() {
            return closeStatement("n");
        }
    }

    /** All of a length in which something is refused. */
    static List<Pipeline> ofLength(int length) {
        List<Pipeline> all = List.of(new Pipeline(List.of()));
        for (int i = 0; i < length; i++) {
            all = all.stream()
                    .flatMap(shorter -> List.of(Part.values()).stream().map(shorter::with))
                    .toList();
        }
        return all.stream()
                .filter(one -> one.parts.stream().anyMatch(Part::isRefused))
                .toList();
    }

    /** Some of a length, the same ones for the same seed. */
    static List<Pipeline> someOfLength(int length, int count, long seed) {
        Random random = new Random(seed);
        List<Pipeline> some = new ArrayList<>();
        while (some.size() < count) {
            Pipeline one = new Pipeline(List.of());
            for (int i = 0; i < length; i++) {
                one = one.with(Part.values()[random.nextInt(Part.values().length)]);
            }
            if (one.parts.stream().anyMatch(Part::isRefused)) {
                some.add(one);
            }
        }
        return some;
    }

    private Pipeline with(Part next) {
        List<Part> longer = new ArrayList<>(parts);
        longer.add(next);
        return new Pipeline(List.copyOf(longer));
    }

    /**
     * Sends all of it in one piece and tells the answers: whole messages, but of errors that they are there. What the
     * pipeline has left open is closed, and what it has written is told at the end.
     */
    List<String> answers(ScriptedClient client, boolean direct) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(part.bytes(direct)));
        all.writeBytes(sync());
        all.writeBytes(query("rollback"));
        all.writeBytes(query("delete from t returning a"));
        all.writeBytes(query("select '" + END + "'"));
        client.send(all.toByteArray());
        List<String> answers = new ArrayList<>();
        boolean ended = false;
        WireMessage message;
        do {
            message = client.readMessage();
            answers.add(tell(message));
            ended |= message.tag() == 'D' && END.equals(message.values().get(0));
        } while (!message.equals(WireMessage.END) && !(ended && message.tag() == 'Z'));
        return answers;
    }

    private static String tell(WireMessage message) {
        return switch (message.tag()) {
            case 'E' -> "E " + message.severity();
            case 'C' -> "C " + message.string();
            case 'N' -> "N " + message.text();
            default -> message.tag() + " " + HexFormat.of().formatHex(message.body());
        };
    }

    static byte[] join(byte[]... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            all.writeBytes(message);
        }
        return all.toByteArray();
    }
}
