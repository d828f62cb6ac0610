package io.pgproxy.testkit.hook;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.memory.MemoryProxy;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.FunctionCall;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.sql.SqlAnalyzer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a chain of hooks on SQL: one client's session, without sockets, in front of upstreams that follow a script. The
 * session is the proxy's own, so what a test sees is what a client sees.
 *
 * <pre>{@code
 * HookChain chain = HookChain.builder()
 *         .hook("no-delete", QueryHook.admit(execution -> execution.statement().facts().kind() == StatementKind.DELETE
 *                 ? Verdict.reject("42501", "nothing is deleted here")
 *                 : Verdict.proceed()))
 *         .build();
 * try (HookTester tester = HookTester.of(chain).upstream("main", sql -> Reply.command("DELETE 1"))) {
 *     Seen seen = tester.query("DELETE FROM orders");
 *     assertThat(seen.client())
 *             .containsExactly("ErrorResponse 42501 nothing is deleted here", "ReadyForQuery I");
 *     assertThat(seen.sent("main")).isEmpty();
 * }
 * }</pre>
 *
 * <p>The session begins with the first request; who the client is and what stands behind the proxy is told before.
 * Everything runs within the calls made here, by a clock that stands still: {@link #advance} moves it, so that
 * time-outs need no waiting. A verdict that was deferred is completed by the test; then {@link Seen} shows what came of
 * it. If another thread completes it (a blocking executor, {@link io.pgproxy.hook.Statement#tree()}), {@link #await}
 * waits.
 *
 * <p>All calls on the thread that made it. To be closed, which ends the session.
 */
public final class HookTester implements AutoCloseable {
    private static final String MAIN = "main";
    private static final String OBSERVER = "hook-tester";

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private final Map<String, ScriptedUpstream> upstreams = new LinkedHashMap<>();
    private final List<StartupParameter> parameters = new ArrayList<>();
    private final List<Consumer<Session>> attributes = new ArrayList<>();
    private final Conversation conversation = new Conversation();
    private HookChain chain;
    private String user = "tester";
    private String database = "tester";
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    private Duration patience = Duration.ofSeconds(10);
    private @Nullable MemoryProxy proxy;

    private HookTester(HookChain chain) {
        this.chain = chain;
    }

    /**
     * A tester of a chain.
     *
     * @param chain the hooks, as {@code ProxyServer.builder()} takes them
     * @return a tester whose session has not begun
     */
    public static HookTester of(HookChain chain) {
        return new HookTester(chain);
    }

    /**
     * A tester of one hook.
     *
     * @param name the hook's name
     * @param hook the hook
     * @return a tester whose session has not begun
     */
    public static HookTester of(String name, QueryHook hook) {
        return of(HookChain.builder().hook(name, hook).build());
    }

    /**
     * Who logs in, and where; {@code tester} unless told.
     *
     * @param newUser the user
     * @param newDatabase the database
     * @return this tester
     * @throws IllegalStateException if the session has begun
     */
    public HookTester user(String newUser, String newDatabase) {
        beforeSession();
        user = newUser;
        database = newDatabase;
        return this;
    }

    /**
     * Where the client is; this machine unless told.
     *
     * @param from an address
     * @return this tester
     * @throws IllegalStateException if the session has begun
     */
    public HookTester client(InetSocketAddress from) {
        beforeSession();
        address = from;
        return this;
    }

    /**
     * How long {@link #await} waits at most, by the real clock; 10 s unless told.
     *
     * @param longest positive
     * @return this tester
     */
    public HookTester patience(Duration longest) {
        patience = longest;
        return this;
    }

    /**
     * The client sends a parameter in its start-up packet.
     *
     * @param name the parameter, such as {@code options}
     * @param value its value
     * @return this tester
     * @throws IllegalStateException if the session has begun
     */
    public HookTester startup(String name, String value) {
        beforeSession();
        parameters.add(new StartupParameter(name, value));
        return this;
    }

    /**
     * The session has an attribute, as if a {@link SessionHook} in front of all others had set it.
     *
     * @param attribute its key
     * @param value its value
     * @param <T> what is kept under it
     * @return this tester
     * @throws IllegalStateException if the session has begun
     */
    public <T> HookTester attribute(Attribute<T> attribute, T value) {
        beforeSession();
        attributes.add(session -> session.set(attribute, value));
        return this;
    }

    /**
     * An upstream. The one named {@code main} is the session's own: everything goes there that no hook sends elsewhere,
     * queries of hooks ({@link Session#query}) included. To the others a {@link io.pgproxy.hook.RouteHook} can route.
     *
     * <p>The script is asked for each statement, as it reached the upstream: at Parse for its columns, then for each
     * execution but the first. A {@link PgErrorException} is the upstream's error. BEGIN, COMMIT, ROLLBACK and
     * savepoints are answered without it, and a failed block refuses with 25P02 as in the server. Parameters are of the
     * type text unless Parse tells another.
     *
     * @param name {@code main}, or any other
     * @param script gives the reply to a statement
     * @return this tester
     * @throws IllegalStateException if the session has begun
     * @throws IllegalArgumentException if there is one of that name
     */
    public HookTester upstream(String name, Function<String, Reply> script) {
        beforeSession();
        ScriptedUpstream upstream = new ScriptedUpstream(name, script, analyzer, conversation);
        if (upstreams.putIfAbsent(name, upstream) != null) {
            throw new IllegalArgumentException("two upstreams are named " + name);
        }
        return this;
    }

    /**
     * An upstream reports a setting (ParameterStatus): at login, or at once if the session has begun.
     *
     * @param upstream its name
     * @param setting the setting as the server spells it
     * @param value its value
     * @return this tester
     */
    public HookTester report(String upstream, String setting, String value) {
        named(upstream).report(setting, value);
        conversation.run();
        return this;
    }

    /**
     * Exchanges the hooks: it takes effect at the session's next exchange.
     *
     * @param next the new chain
     * @return this tester
     */
    public HookTester swap(HookChain next) {
        chain = next;
        MemoryProxy opened = proxy;
        if (opened != null) {
            opened.hooks(heard());
        }
        return this;
    }

    /**
     * Logs in, if that has not happened. Every request does so by itself.
     *
     * @return what the client was sent up to the first ReadyForQuery, or to a refusal
     */
    public Seen login() {
        if (proxy == null) {
            open();
        }
        return conversation.login();
    }

    /**
     * What an upstream was asked for at login, after all hooks.
     *
     * @param upstream its name
     * @return the parameters of its StartupMessage, in order; empty if it was not asked
     */
    public List<StartupParameter> startupOf(String upstream) {
        login();
        return named(upstream).startups().stream()
                .flatMap(startup -> startup.parameters().stream())
                .toList();
    }

    /**
     * Sends a Query.
     *
     * @param sql one statement or several
     * @return what comes of it
     */
    public Seen query(String sql) {
        return messages(new Query(sql));
    }

    /**
     * Prepares and runs a statement as a driver does: Parse, Describe, Sync; and once that has been answered without an
     * error Bind, Execute, Sync. Statement and portal are the unnamed ones.
     *
     * @param sql one statement
     * @param values the parameters in text form, null for SQL's null
     * @return what comes of it
     */
    public Seen prepared(String sql, @Nullable String... values) {
        List<@Nullable Bytes> bytes = new ArrayList<>();
        for (String value : values) {
            bytes.add(value == null ? null : Bytes.of(value));
        }
        login();
        Seen seen = new Seen(conversation, 1);
        seen.then(
                Conversation.encoded(new Bind("", "", List.of(), bytes, List.of()), new Execute("", 0), Sync.INSTANCE),
                1);
        return conversation.send(seen, new Parse("", sql, List.of()), Describe.statement(""), Sync.INSTANCE);
    }

    /**
     * Sends statements in one extended exchange: Parse, Bind, Describe (of the portal) and Execute of each, and one
     * Sync behind all.
     *
     * @param statements each without parameters
     * @return what comes of them
     */
    public Seen pipeline(String... statements) {
        List<FrontendMessage> messages = new ArrayList<>();
        for (String sql : statements) {
            messages.add(new Parse("", sql, List.of()));
            messages.add(new Bind("", "", List.of(), List.of(), List.of()));
            messages.add(Describe.portal(""));
            messages.add(new Execute("", 0));
        }
        messages.add(Sync.INSTANCE);
        return messages(messages.toArray(FrontendMessage[]::new));
    }

    /**
     * Sends messages of any kind.
     *
     * @param messages in their order
     * @return what comes of them, up to as many ReadyForQuery as there are Query, FunctionCall and Sync among them
     */
    public Seen messages(FrontendMessage... messages) {
        login();
        long replies = Arrays.stream(messages)
                .filter(message ->
                        message instanceof Query || message instanceof Sync || message instanceof FunctionCall)
                .count();
        return conversation.send(new Seen(conversation, (int) replies), messages);
    }

    /** The client asks to cancel what runs, by a connection of its own. */
    public void cancel() {
        login();
        conversation.cancel();
    }

    /** The client goes without a word. */
    public void disconnect() {
        login();
        conversation.disconnect();
    }

    /**
     * Lets time pass: deferred verdicts time out, deadlines end.
     *
     * @param time how much
     */
    public void advance(Duration time) {
        login();
        conversation.advance(time);
    }

    /**
     * Waits until every request has its answer: for verdicts that another thread completes.
     *
     * @throws IllegalStateException if that takes longer than {@link #patience}
     */
    public void await() {
        conversation.await(patience);
    }

    /**
     * Whether the session goes on.
     *
     * @return false once either side has closed it
     */
    public boolean isOpen() {
        return conversation.isOpen();
    }

    /** Ends the session. Idempotent. */
    @Override
    public void close() {
        conversation.close();
        analyzer.close();
    }

    private void open() {
        if (!upstreams.containsKey(MAIN)) {
            upstream(MAIN, sql -> {
                throw new PgErrorException("XX000", "the upstream main has no script");
            });
        }
        List<StartupParameter> all = new ArrayList<>();
        all.add(new StartupParameter("user", user));
        all.add(new StartupParameter("database", database));
        all.addAll(parameters);
        Map<String, Backend> others = new LinkedHashMap<>(upstreams);
        MemoryProxy opened = MemoryProxy.before(Objects.requireNonNull(others.remove(MAIN)), others, heard());
        proxy = opened;
        conversation.begin(opened, address, new StartupMessage(ProtocolVersion.V3_0, all));
    }

    /** With the tester's own ears in front and behind. */
    private HookChain heard() {
        HookChain.Builder builder = HookChain.builder();
        builder.hook(OBSERVER + "-attributes", QueryHook.session(session -> {
            attributes.forEach(attribute -> attribute.accept(session));
            return Verdict.proceed();
        }));
        chain.entries().forEach(entry -> builder.hook(entry.name(), entry.hook(), entry.options()));
        return builder.hook(OBSERVER, conversation).build();
    }

    private ScriptedUpstream named(String upstream) {
        ScriptedUpstream found = upstreams.get(upstream);
        if (found == null) {
            throw new IllegalArgumentException("no upstream is named " + upstream);
        }
        return found;
    }

    private void beforeSession() {
        if (proxy != null) {
            throw new IllegalStateException("the session has begun");
        }
    }
}
