package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A client that writes what chance says, and leaves when chance says so. */
final class RandomWriter {
    private final Writers writers;
    private final int number;
    private final Random random;
    private final boolean mayBeLost;
    private final List<String> done = new ArrayList<>();
    private final List<String> unsure = new ArrayList<>();
    private int next;
    private int before;

    RandomWriter(Writers writers, int number, Random random, boolean mayBeLost) {
        this.writers = writers;
        this.number = number;
        this.random = random;
        this.mayBeLost = mayBeLost;
    }

    /** {@return conditions of the rows of which it was told that the writers may differ} */
    List<String> unsure() {
        return unsure;
    }

    /** Writes until then. */
    void run(long end) throws Exception {
        while (System.nanoTime() < end) {
            done.clear();
            try (ScriptedClient client = writers.login()) {
                session(client, end);
            } catch (SocketTimeoutException hangs) {
                throw new AssertionError("no answer to the last of " + done, hangs);
            } catch (IOException gone) {
                if (!mayBeLost) {
                    throw new AssertionError("lost after " + done, gone);
                }
            } catch (AssertionError refused) {
                if (!mayBeLost) {
                    throw new AssertionError("after " + done, refused);
                }
            }
        }
    }

    private void session(ScriptedClient client, long end) throws Exception {
        ask(client, "SET lock_timeout = 200");
        int steps = 1 + random.nextInt(20);
        for (int i = 0; i < steps && System.nanoTime() < end; i++) {
            if (!step(client)) {
                return;
            }
        }
        if (random.nextBoolean()) {
            client.send(terminate());
            client.awaitEnd();
        }
    }

    /** {@return whether the session goes on} */
    private boolean step(ScriptedClient client) throws Exception {
        before = idOf(next);
        return switch (random.nextInt(14)) {
            case 0 -> block(client);
            case 1 -> copy(client);
            case 2, 3 -> batch(client);
            case 4 -> ask(client, statement() + "; " + statement());
            case 5 -> ask(client, "SELECT count(*) FROM t");
            case 6 -> leaves(client);
            case 7 -> cancels(client);
            case 8 -> pipeline(client);
            default -> ask(client, statement());
        };
    }

    private boolean block(ScriptedClient client) throws Exception {
        if (!ask(client, "BEGIN")) {
            return false;
        }
        int statements = random.nextInt(5);
        for (int i = 0; i < statements; i++) {
            boolean goesOn = switch (random.nextInt(6)) {
                case 0 -> ask(client, "SAVEPOINT s");
                case 1 -> ask(client, "ROLLBACK TO s");
                case 2 -> batch(client);
                case 3 -> copy(client);
                default -> ask(client, statement());
            };
            if (!goesOn || (random.nextInt(20) == 0 && !leaves(client))) {
                return false;
            }
        }
        return switch (random.nextInt(8)) {
            case 0, 1 -> ask(client, "ROLLBACK");
            case 2 -> cancelsCommit(client);
            case 3 -> commitsInBatch(client);
            default -> ask(client, "COMMIT");
        };
    }

    /** Whether it comes in time or late, it must not part the writers. */
    private boolean cancelsCommit(ScriptedClient client) throws Exception {
        done.add("cancels COMMIT");
        client.send(query("COMMIT"));
        cancel(client);
        return judge(client.readUntilReady()) && ask(client, "ROLLBACK");
    }

    private boolean commitsInBatch(ScriptedClient client) throws Exception {
        String sql = statement();
        String next = statement();
        done.add("batched " + sql + "; COMMIT; " + next);
        client.send(
                parse("", sql),
                bind("", ""),
                execute(),
                parse("", "COMMIT"),
                bind("", ""),
                execute(),
                parse("", next),
                bind("", ""),
                execute(),
                sync());
        if (random.nextInt(4) == 0 && !mayBeLost) {
            cancel(client);
        }
        return judge(client.readUntilReady()) && ask(client, "ROLLBACK");
    }

    private void cancel(ScriptedClient client) throws Exception {
        ScriptedClient.cancel("127.0.0.1", writers.proxy().port(), client.processId(), client.secretKey());
    }

    private boolean copy(ScriptedClient client) throws Exception {
        boolean extended = random.nextBoolean();
        done.add("COPY");
        if (extended) {
            client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
        } else {
            client.send(query("COPY t FROM STDIN"));
        }
        List<WireMessage> answer = client.readUntilReady();
        if (answer.get(answer.size() - 1).tag() != 'G') {
            return judge(answer);
        }
        int rows = random.nextInt(20);
        for (int i = 0; i < rows; i++) {
            client.send(copyData(id() + "\t" + number + "\t" + note() + '\n'));
        }
        if (random.nextInt(15) == 0 && !leaves(client)) {
            return false;
        }
        client.send(random.nextInt(5) == 0 ? copyFail("no") : copyDone());
        if (extended) {
            client.send(sync());
        }
        return judge(client.readUntilReady());
    }

    private boolean batch(ScriptedClient client) throws Exception {
        send(client, 1 + random.nextInt(4));
        return judge(client.readUntilReady());
    }

    private boolean pipeline(ScriptedClient client) throws Exception {
        int batches = 1 + random.nextInt(5);
        for (int i = 0; i < batches; i++) {
            send(client, 1 + random.nextInt(2));
        }
        for (int i = 0; i < batches; i++) {
            if (!judge(client.readUntilReady())) {
                return false;
            }
        }
        return true;
    }

    private void send(ScriptedClient client, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String sql = random.nextInt(4) == 0 ? "SELECT count(*) FROM t" : statement();
            done.add("batched " + sql);
            client.send(parse("", sql), bind("", ""), execute());
            if (random.nextInt(4) == 0) {
                client.send(flush());
            }
        }
        client.send(sync());
    }

    private boolean leaves(ScriptedClient client) throws Exception {
        if (mayBeLost) {
            return true; // or nobody could be told of a writer that is lost as well
        }
        String sql = statement();
        done.add("leaves during " + sql);
        switch (random.nextInt(4)) {
            case 0 -> client.send(query(sql));
            case 1 -> client.send(parse("", sql), bind("", ""), execute());
            case 2 -> client.send(query(sql), terminate());
            default -> {
                client.send(query(sql));
                Thread.sleep(random.nextInt(6));
            }
        }
        if (random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
        return false;
    }

    private boolean cancels(ScriptedClient client) throws Exception {
        String sql = random.nextBoolean() ? "SELECT pg_sleep(0.1)" : statement();
        done.add("cancels " + sql);
        client.send(query(sql));
        cancel(client);
        return judge(client.readUntilReady()) && ask(client, statement());
    }

    private boolean ask(ScriptedClient client, String sql) throws Exception {
        done.add(sql);
        client.send(query(sql));
        return judge(client.readUntilReady());
    }

    private boolean judge(List<WireMessage> answer) {
        int errors = 0;
        for (WireMessage message : answer) {
            if (message.tag() == 'E') {
                errors++;
                boolean doubt = "40003".equals(message.sqlState());
                if (doubt) {
                    unsure.add("id > " + before + " AND id <= " + idOf(next));
                }
                if (doubt ? !mayBeLost : "08P01".equals(message.sqlState())) {
                    throw new IllegalStateException(message + " after " + done);
                }
            }
        }
        char last = answer.get(answer.size() - 1).tag();
        int most = last != 'Z' && mayBeLost ? 2 : 1; // one that was told before the session has ended
        if (errors > most || (last != 'Z' && errors == 0 && !mayBeLost)) {
            throw new IllegalStateException(answer + " after " + done);
        }
        if (last != 'Z' && !mayBeLost) {
            throw new IllegalStateException("ended: " + answer + " after " + done);
        }
        return last == 'Z';
    }

    private int id() {
        next++;
        return idOf(next);
    }

    private int idOf(int count) {
        return number * 1_000_000 + count;
    }

    private String note() {
        return switch (random.nextInt(20)) {
            case 0 -> "bad";
            case 1 -> "bad a";
            case 2 -> "bad b";
            default -> "n" + random.nextInt(100);
        };
    }

    private String statement() {
        int row = 1 + random.nextInt(20);
        if (mayBeLost) { // each row is one transaction's, whose outcome may be unknown
            return "INSERT INTO t VALUES (" + id() + ", " + number + ", '" + note() + "')";
        }
        return switch (random.nextInt(8)) {
            case 0 -> "INSERT INTO t VALUES (" + id() + ", " + number + ", '" + note() + "') RETURNING id";
            case 1 -> "INSERT INTO t VALUES (" + row + ", " + number + ", 'dup')";
            case 2 -> "UPDATE t SET note = '" + note() + "', owner = " + number + " WHERE id = " + row;
            case 3 -> "UPDATE t SET note = '" + note() + "' WHERE owner = " + number + " AND id > 20 RETURNING *";
            case 4 -> "DELETE FROM t WHERE owner = " + number + " AND id % 7 = " + random.nextInt(7) + " AND id > 20";
            case 5 -> "UPDATE t SET owner = owner + 1 WHERE id IN (" + row + ", " + (21 - row) + ")";
            default -> "INSERT INTO t VALUES (" + id() + ", " + number + ", '" + note() + "')";
        };
    }
}
