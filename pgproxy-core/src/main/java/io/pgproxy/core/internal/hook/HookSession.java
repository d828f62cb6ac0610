package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.pgproxy.auth.Identity;
import io.pgproxy.core.Limits;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.guard.UserShare;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Terms;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session as its hooks see it. */
final class HookSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(HookSession.class);

    private final io.pgproxy.core.internal.session.Session session;
    private final HookEngine engine;
    private final String user;
    private final String database;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<Attribute<?>, Object> attributes = new HashMap<>(4);
    private @Nullable Credentials credentials;
    private @Nullable ByteBuf notices;
    private @Nullable ServingPhase serving;
    private final UserShare share;
    private Terms own = Terms.NONE;
    private Terms terms = Terms.NONE;
    private @Nullable Limits termsFor;
    private @Nullable PgError overTime;
    private long exchangeBegan;
    private int renewals;

    HookSession(io.pgproxy.core.internal.session.Session session, HookEngine engine, String user, String database) {
        this.session = session;
        this.engine = engine;
        this.user = user;
        this.database = database;
        long now = session.loop().ticker().nanoTime();
        this.share = new UserShare(engine.governor().quota(user, now));
    }

    HookEngine engine() {
        return engine;
    }

    EventLoop loop() {
        return session.loop();
    }

    /** Terms for every execution. */
    @SuppressWarnings("ReferenceEquality") // asked for each execution: equal ones are combined once more, no harm
    Terms terms() {
        Limits limits = engine.governor().limits();
        if (limits != termsFor) {
            termsFor = limits;
            terms = own.and(limits.terms());
        }
        return terms;
    }

    /** The proxy itself has found out who the client is. */
    void identified(Identity identity) {
        attributes.putAll(identity.attributes());
        credentials = identity.credentials();
    }

    /** With which its upstreams are logged in to; null for those of the upstreams. */
    @Nullable
    Credentials credentials() {
        return credentials;
    }

    void begins(Terms agreed) {
        own = agreed;
        termsFor = null;
    }

    /** Whether no hook wants anything of its executions; the server's limits are another matter. */
    boolean isWithoutTerms() {
        return own.equals(Terms.NONE);
    }

    ProxyMetrics metrics() {
        return engine.governor().metrics();
    }

    /** The session takes of its user's quota: the refusal, or null. */
    @Nullable
    PgError beginQuery() {
        PgError refusal =
                share.begin(engine.governor().limits(), loop().ticker().nanoTime());
        if (refusal != null) {
            metrics().limited(share.over());
        }
        return refusal;
    }

    /** Nothing runs any more. */
    void quiet() {
        share.leave();
    }

    /** The first message of an exchange has come. */
    void exchangeBegins() {
        exchangeBegan = loop().ticker().nanoTime();
    }

    /** When the exchange at hand has begun, by the event loop's clock. */
    long exchangeBegan() {
        return exchangeBegan;
    }

    /** The client has been told of an error, in an exchange that began then. */
    void told(PgError error, long began) {
        metrics().failed(error.sqlState());
        long millis = TimeUnit.NANOSECONDS.toMillis(loop().ticker().nanoTime() - began);
        LOG.info("session {}: {} {} after {} ms", id(), error.severity(), error.sqlState(), millis);
    }

    /**
     * What runs has taken too long: the client is told so in the place of the server's word for that; null: in time.
     */
    void overTime(@Nullable PgError error) {
        overTime = error;
    }

    /** What the client is told instead of an error of the server's; null if that is right. */
    @Nullable
    PgError inPlaceOf(PgError error) {
        return error.sqlState().equals(SqlState.QUERY_CANCELED) ? overTime : null;
    }

    void serves(ServingPhase phase) {
        serving = phase;
    }

    void reported(String name, String value) {
        settings.put(name.toLowerCase(Locale.ROOT), value);
    }

    /** Why the SQL of the session cannot be read, as far as its settings say; or null. */
    @Nullable
    PgError unreadable() {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            PgError refusal = EncodingRules.checkReported(setting.getKey(), setting.getValue());
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** How often statements were to be renewed. */
    int renewals() {
        return renewals;
    }

    /** The notices that are to go in front of the next reply, or null; owned by the caller. */
    @Nullable
    ByteBuf takeNotices() {
        ByteBuf taken = notices;
        notices = null;
        return taken;
    }

    /** Ends the session with an error of severity FATAL. */
    void end(PgError error) {
        session.end(error);
    }

    void over() {
        share.close();
        ByteBuf unsent = takeNotices();
        if (unsent != null) {
            unsent.release();
        }
    }

    @Override
    public long id() {
        return session.id();
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public SocketAddress client() {
        return session.address();
    }

    @Override
    public TransactionStatus transaction() {
        return serving == null ? TransactionStatus.IDLE : serving.transaction();
    }

    @Override
    public String setting(String name) {
        return settings.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    @Override
    @SuppressWarnings("unchecked") // set under a key of this type alone
    public <T> @Nullable T get(Attribute<T> key) {
        return (T) attributes.get(key);
    }

    @Override
    public <T> T require(Attribute<T> key) {
        T value = get(key);
        if (value == null) {
            throw new IllegalStateException("the session has no attribute \"" + key + "\"");
        }
        return value;
    }

    @Override
    public <T> void set(Attribute<T> key, T value) {
        attributes.put(key, value);
    }

    @Override
    public void renewStatements() {
        renewals++;
    }

    @Override
    public void notice(String message) {
        ByteBuf waiting = notices;
        if (waiting == null) {
            waiting = ByteBufAllocator.DEFAULT.buffer(128);
            notices = waiting;
        }
        PgError.notice(message).writeNotice(waiting);
    }

    @Override
    public CompletionStage<QueryRows> query(String sql, List<@Nullable String> parameters) {
        return engine.query(this, sql, parameters);
    }

    @Override
    public void drop() {
        loop().execute(session::drop);
    }

    @Override
    public Executor executor() {
        return loop();
    }

    /** Names the session; nothing of its content. */
    @Override
    public String toString() {
        return session.toString();
    }
}
