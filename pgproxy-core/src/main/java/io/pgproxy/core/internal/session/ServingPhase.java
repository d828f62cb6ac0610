package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.CopyFail;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logged in: exchanges run. Joins the client's stream, its upstreams and the turns, and decides when the session stops
 * reading, is cancelled, and ends.
 */
public final class ServingPhase implements Phase, UpstreamListener {
    /** Answers due beyond this many stop the reading of the client: five bytes can ask for one. */
    private static final int MOST_EXPECTED = 1 << 16;

    private static final PgError CUT_WITHIN_MESSAGE = PgError.of(
            SqlState.PROTOCOL_VIOLATION, "a COPY behind a result that was cut off cannot be ended within a message");

    private final Session session;
    private final StartupMessage startup;
    private final ClientPort client;
    private final Upstream main;
    private final @Nullable BackendKeyData key;
    private final Turns turns = new Turns();
    private final ClientStream stream;
    private final List<Upstream> upstreams = new ArrayList<>(1);
    private final List<FurtherUpstream> opening = new ArrayList<>(0);
    private final @Nullable Steering steering;
    private final SessionActivity activity;
    private final Idleness idleness;

    private TransactionStatus transaction;
    private boolean cancelling;
    private final List<Runnable> afterCancel = new ArrayList<>(0);
    private boolean terminated;
    private boolean crowded;
    private boolean ended;

    /** Within what the client has sent at once. */
    private boolean receiving;

    /** Whether answers of that were made here, and have not left. */
    private boolean unflushed;

    ServingPhase(Session session, Upstream main, @Nullable BackendKeyData key, StartupMessage startup) {
        this.session = session;
        this.startup = startup;
        this.client = session.client();
        this.main = main;
        this.key = key;
        this.transaction = main.status();
        this.activity = session.activity();
        this.idleness = new Idleness(this, session.context().governor(), session.loop());
        upstreams.add(main);
        turns.attach(main);
        this.steering = session.guard().steer(this);
        this.stream = new ClientStream(this, main, turns, steering);
    }

    /** Goes on with what the client sent before it was asked to. */
    void begin(List<ByteBuf> early) {
        for (ByteBuf bytes : early) {
            received(bytes);
        }
        receiving = false;
        flushOwn();
        main.flush();
        main.reading(client.isWritable());
        readingChanged();
        idleness.begin();
        if (session.isDraining()) {
            drain();
        }
    }

    /** The session that serves. */
    public Session session() {
        return session;
    }

    /** What the session's own upstream was asked for. */
    StartupMessage startup() {
        return startup;
    }

    ClientPort client() {
        return client;
    }

    /** The upstream that the session was opened with. */
    public Upstream main() {
        return main;
    }

    /** The state of the client's transaction, as the last ReadyForQuery told it. */
    public TransactionStatus transaction() {
        return transaction;
    }

    /** Whether nothing can happen before the client says something. */
    boolean isClientAwaited() {
        if (ended || terminated || cancelling || stream.isWaiting() || !(turns.isIdle() || stream.isExchangeOpen())) {
            return false;
        }
        for (Upstream upstream : upstreams) {
            if (!upstream.expected().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Whether a client that says nothing holds what its transaction holds. */
    boolean isWithinTransaction() {
        return isInBlock() || stream.isExchangeOpen();
    }

    boolean isInBlock() {
        return transaction != TransactionStatus.IDLE;
    }

    /** {@return the name of a portal that no client can have made} */
    public String impossiblePortal() {
        return session.context().impossiblePortal();
    }

    /** Another upstream has begun to log in; it is given up with the session. */
    void opening(FurtherUpstream login) {
        if (ended) {
            login.abandon();
        } else {
            opening.add(login);
        }
    }

    /** Its login has ended, however. */
    void opened(FurtherUpstream login) {
        opening.remove(login);
    }

    /** Another upstream, logged in, for exchanges that are routed to it. It ends with the session. */
    public void attach(Upstream upstream) {
        upstreams.add(upstream);
        turns.attach(upstream);
        upstream.reading(client.isWritable());
    }

    /** A session's client reads on only while what it sends can go somewhere. */
    void readingChanged() {
        if (!ended) {
            Upstream target = stream.target();
            crowded = target.expected().size() > MOST_EXPECTED;
            client.reading(!terminated && !cancelling && !crowded && stream.takesMore() && target.isWritable());
        }
    }

    /** What the client's stream may have waited for has come. */
    void streamMayGoOn() {
        if (!cancelling && !ended) {
            try {
                if (!terminated) {
                    stream.goOn();
                }
            } catch (ProtocolException e) {
                violated(e);
            }
            flushAll();
            readingChanged();
        }
    }

    /** Terminate is on its way: the upstream answers what is due, and closes. */
    void terminated() {
        terminated = true;
        readingChanged();
    }

    /** The client is gone in the middle of what the proxy answers: no upstream is heard that could end the session. */
    void leave() {
        session.loop().execute(() -> {
            if (!ended) {
                end();
                session.close();
            }
        });
    }

    /** An exchange was answered here, though in the turn of an upstream: ReadyForQuery is all that is missing. */
    void localExchangeEnded(Upstream upstream, TransactionStatus status) {
        ByteBuf ready = ByteBufAllocator.DEFAULT.buffer(6);
        new ReadyForQuery(status).write(ready);
        client.writeWithNext(ready);
        exchangeEnded(upstream, status);
        if (receiving) {
            unflushed = true; // others may follow in what was read
        } else {
            client.flush();
        }
        goOnDraining();
    }

    /** An answer of the proxy's own has ended its exchange. */
    void ownExchangeEnded(OwnTurn turn, TransactionStatus status) {
        transaction = status;
        activity.exchangeEnded();
        if (steering != null) {
            steering.exchangeEnded(status);
        }
        turns.ended(turn, 1);
        stream.ended(turn);
        idleness.interrupted();
        showActivity();
        goOnDraining();
    }

    @Override
    public void received(ByteBuf bytes) {
        if (ended || terminated) {
            bytes.release();
            return;
        }
        receiving = true;
        try {
            stream.scan(bytes);
        } catch (ProtocolException e) {
            violated(e);
        }
    }

    @Override
    public void receiveComplete() {
        receiving = false;
        if (!ended) {
            flushOwn();
            flushAll();
            idleness.interrupted();
            showActivity();
            if (stream.target().expected().size() > MOST_EXPECTED || !stream.takesMore()) {
                readingChanged();
            }
        }
    }

    /** What was answered here while the client's messages were read. */
    private void flushOwn() {
        if (unflushed) {
            unflushed = false;
            client.flush();
        }
    }

    private void showActivity() {
        activity.now(!turns.isIdle(), transaction);
    }

    private void flushAll() {
        for (int i = 0; i < upstreams.size(); i++) {
            upstreams.get(i).flush();
        }
    }

    @Override
    public void clientWritable(boolean writable) {
        if (!writable) {
            session.context().governor().metrics().paused();
        }
        for (int i = 0; i < upstreams.size(); i++) {
            upstreams.get(i).reading(writable);
        }
        if (!writable) {
            client.flush(); // nothing that an upstream says would bring it about
        } else if (stream.clientHasRead()) {
            streamMayGoOn();
            client.flush();
        }
    }

    @Override
    public void answered(Upstream upstream, ByteBuf bytes) {
        if (ended) {
            bytes.release();
        } else {
            client.write(bytes);
        }
    }

    @Override
    public void answersComplete(Upstream upstream) {
        idleness.interrupted();
        showActivity(); // whoever has the answer may look
        client.flush();
        if (crowded) {
            readingChanged();
        }
        if (steering != null) {
            stream.answersCame();
        }
        goOnDraining();
    }

    @Override
    public void exchangeEnded(Upstream upstream, TransactionStatus status) {
        transaction = status;
        activity.exchangeEnded();
        if (steering != null) {
            steering.exchangeEnded(status);
        }
        if (upstreams.size() > 1) {
            upstream.passSeen(); // others may speak from here on
        }
        turns.ended(upstream, 1);
    }

    @Override
    public void exchangesMerged(Upstream upstream, int count) {
        turns.ended(upstream, stream.goesOnToSync(upstream) ? count - 1 : count);
    }

    @Override
    public void syncsVoided(Upstream upstream, int count, boolean exchangeGoesOn) {
        if (exchangeGoesOn) {
            stream.reopen();
        }
        turns.ended(upstream, count);
    }

    @Override
    public void settingReported(Upstream upstream, String name, String value) {
        session.guard().reported(name, value);
    }

    @Override
    public void upstreamWritable(Upstream upstream, boolean writable) {
        if (!writable) {
            session.context().governor().metrics().paused();
        }
        readingChanged();
    }

    @Override
    public void upstreamClosed(Upstream upstream, PgError reason) {
        if (ended) {
            return;
        }
        boolean said = upstream.isFatalSeen() || terminated;
        boolean between = upstream.isBetweenMessages();
        end();
        if (!said && between) {
            session.refuse(reason.fatal());
        } else {
            session.close(); // it was said, or would be taken for the rest of a row
        }
    }

    /** The client broke the protocol: told in its place behind what it asked before, or at once within a batch. */
    private void violated(ProtocolException e) {
        PgError error = PgError.of(e).fatal();
        terminated = true;
        readingChanged();
        if (turns.isIdle() || stream.isExchangeOpen()) {
            abort(error);
        } else {
            flushAll();
            turns.begin(new LastWord(error, this::abort));
        }
    }

    @Override
    public void cancel(Runnable done) {
        TurnSource current = turns.current();
        if (!ended && current instanceof OwnTurn own) {
            own.answer().cancel();
            done.run();
            return;
        }
        if (ended || cancelling || !(current instanceof Upstream running)) {
            if (!ended && steering != null) {
                steering.cancel();
            }
            done.run();
            return;
        }
        AnswerOwner owner = running.expected().owner();
        if (running.expected().isEmpty() || (owner != null && !owner.standsForClients())) {
            // Nothing of the client's runs: a late cancel must not hit what comes next.
            if (steering != null && running.expected().isEmpty()) {
                steering.cancel();
            }
            done.run();
            return;
        }
        if (steering != null) {
            steering.cancelled();
        }
        cancelling = true;
        stream.stop();
        readingChanged();
        running.flush();
        running.cancel(() -> cancelOver(done));
    }

    /**
     * The proxy itself wants what runs there cancelled, unless something is sent behind it that must not be hit.
     *
     * @return whether it is being cancelled
     */
    public boolean cancelOwn(Upstream running) {
        if (!ended && !cancelling && running.expected().isOneExchange()) {
            cancelling = true;
            stream.stop();
            readingChanged();
            running.flush();
            running.cancel(() -> cancelOver(() -> {}));
            return true;
        }
        return cancelling;
    }

    /**
     * Ends the COPY that the server waits for the client's data of, as the client could by CopyFail; what the client
     * still sends of it the server ignores.
     *
     * @param upstream one that is {@linkplain ExpectedAnswers#isCopyingIn copying in}
     * @param why the server repeats it in its error (57014)
     * @return false if the client has sent a part of a message: nothing can be said in the middle of that
     */
    public boolean failCopy(Upstream upstream, String why) {
        if (!stream.isBetweenMessages()) {
            return false;
        }
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new CopyFail(why).write(bytes);
        upstream.expected().sentCopyEnd();
        upstream.send(bytes);
        upstream.flush();
        return true;
    }

    /**
     * The server begins a COPY that the client is not told of, and so sends no data for.
     *
     * @param upstream where CopyInResponse has come from
     */
    public void endCopy(Upstream upstream) {
        if (!failCopy(upstream, "an earlier result was cut off")) {
            session.loop().execute(() -> abort(CUT_WITHIN_MESSAGE)); // not within the walk through what was read
        }
    }

    /**
     * The block must not go on, though its last statement has succeeded: an error of our own ends the exchange, whose
     * ReadyForQuery takes the place of one that was kept from the client.
     *
     * @param upstream where the block is open, and nothing is due
     */
    public void failBlock(Upstream upstream) {
        afterCancel(() -> {
            upstream.sentFor(ExpectedAnswers.QUERY, new Swallowed(true));
            upstream.send(RefusalAnswer.impossibleQuery());
            upstream.flush();
        });
    }

    private void cancelOver(Runnable done) {
        cancelling = false;
        done.run();
        List<Runnable> waited = List.copyOf(afterCancel);
        afterCancel.clear();
        if (!ended) {
            waited.forEach(Runnable::run);
        }
        streamMayGoOn();
    }

    /**
     * Runs something that a cancel under way must not hit.
     *
     * @param then run now, or when the cancel can no longer arrive late; never if the session is over before
     */
    public void afterCancel(Runnable then) {
        if (cancelling) {
            afterCancel.add(then);
        } else {
            then.run();
        }
    }

    @Override
    public void clientGone() {
        if (ended) {
            return;
        }
        for (Upstream upstream : upstreams) {
            upstream.flush();
            if (!terminated && !upstream.expected().isEmpty()) {
                upstream.abandon();
            }
        }
        end();
    }

    @Override
    public void drain() {
        if (!ended) {
            stream.drain();
            goOnDraining();
        }
    }

    private void goOnDraining() {
        if (ended || !session.isDraining()) {
            return;
        }
        if (stream.target().expected().isCopyingIn()) {
            stream.letNextBegin(); // the client's data
        } else if (turns.isIdle() && !stream.isExchangeOpen()) {
            if (isInBlock()) {
                stream.letNextBegin();
                flushAll();
            } else {
                end();
                session.stop();
            }
        }
    }

    @Override
    public void abort(PgError reason) {
        if (ended) {
            return;
        }
        boolean between = true;
        for (Upstream upstream : upstreams) {
            between &= upstream.isBetweenMessages();
            if (!upstream.expected().isEmpty()) {
                upstream.abandon();
            }
        }
        end();
        if (between) {
            session.refuse(reason);
        } else {
            session.close();
        }
    }

    @Override
    public void limitsChanged() {
        if (!ended) {
            idleness.begin();
        }
    }

    private void end() {
        ended = true; // before what a flush may bring about
        flushOwn();
        idleness.stop();
        stream.release();
        if (steering != null) {
            steering.ended();
        }
        turns.abandon();
        opening.forEach(FurtherUpstream::abandon);
        opening.clear();
        for (Upstream upstream : upstreams) {
            upstream.close();
        }
        if (key != null) {
            session.context().cancels().forget(key.pid(), session);
        }
    }
}
