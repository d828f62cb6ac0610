package io.pgproxy.cache;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** A session that sends many messages in one write, and reads the answers then. On one thread. */
final class PipelineClient implements Client {
    private static final int CANCELLED_ONE_IN = 50;
    private static final int VANISHES_ONE_IN = 150;

    private final Place place;
    private final int port;
    private final ScriptedClient client;
    private final Random random;
    private final RandomDeeds deeds;
    private final Fate fate;
    private final OwnWrites writes;
    private final StatementNames names = new StatementNames();
    private final PipelineAnswers answers;

    PipelineClient(Place place, int port, Random random, String login, String name) throws IOException, SQLException {
        this.place = place;
        this.port = port;
        this.random = random;
        this.client = place.client(port, login);
        this.deeds = new RandomDeeds(place.world(), random, new Persona(login, "s1", "UTC"), name);
        this.fate = new Fate(place.world());
        this.writes = new OwnWrites(place.world());
        this.answers = new PipelineAnswers(place, client, names, writes, name);
        RandomPipeline begin = pipeline();
        begin.query(List.of(new Deed.Control("SET search_path = s1, public")));
        begin.query(List.of(new Deed.Control("SET TimeZone = 'UTC'")));
        send(begin);
        hear(begin);
    }

    @Override
    public boolean step() throws SQLException, IOException {
        RandomPipeline pipeline = pipeline();
        if (answers.status() == 'E') {
            pipeline.query(List.of(Deed.Control.ROLLBACK));
        }
        boolean isCancelled = random.nextInt(CANCELLED_ONE_IN) == 0;
        if (random.nextBoolean() && (isCancelled || place.cancels().areUnderWay())) {
            pipeline.batch(List.of(deeds.slow()));
        }
        deeds.inPipeline(answers.status() == 'T', random.nextInt(1, 5), pipeline);
        Future<?> cancel = isCancelled ? cancel() : null;
        send(pipeline);
        if (pipeline.mayCommit() && random.nextInt(VANISHES_ONE_IN) == 0) {
            vanish();
            return false;
        }
        answers.mayBeCancelled(isCancelled);
        hear(pipeline);
        if (cancel != null) {
            Cancels.await(cancel);
            RandomPipeline last = pipeline();
            last.query(List.of(new Deed.Control(Cancels.LAST)));
            send(last);
            hear(last);
        }
        return true;
    }

    private RandomPipeline pipeline() {
        return new RandomPipeline(random, names, fate);
    }

    private void send(RandomPipeline pipeline) throws IOException {
        writes.sending();
        client.send(pipeline.messages().bytes());
    }

    private void hear(RandomPipeline pipeline) throws SQLException, IOException {
        answers.read(pipeline.messages().awaited());
        fate.heard(answers.status() != 'I');
    }

    private Future<?> cancel() {
        return place.cancels().soon(random, () -> {
            ScriptedClient.cancel(Place.HOST, port, client.processId(), client.secretKey());
            return null;
        });
    }

    /** Goes before it knows what has become of its commit. */
    private void vanish() throws IOException {
        place.troubles().vanished.incrementAndGet();
        if (random.nextBoolean()) {
            LockSupport.parkNanos(random.nextInt(2_000_000)); // the server may be faster
        }
        if (random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client.send(FrontendBytes.terminate());
        } catch (IOException gone) {
            // As it may be.
        }
        client.close();
    }
}
