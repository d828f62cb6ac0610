package io.pgproxy.testkit.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A server in this process that answers what a script says, and tells its tester what it was asked. */
final class ScriptedUpstream implements Backend {
    private final String name;
    private final Function<String, Reply> script;
    private final SqlAnalyzer analyzer;
    private final Listener listener;
    private final Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<ScriptedSession> sessions = new ArrayList<>();
    private final List<StartupMessage> startups = new ArrayList<>();
    private int pids;

    ScriptedUpstream(String name, Function<String, Reply> script, SqlAnalyzer analyzer, Listener listener) {
        this.name = name;
        this.script = script;
        this.analyzer = analyzer;
        this.listener = listener;
        settings.putAll(Map.of(
                "server_version", "15.0",
                "server_encoding", "UTF8",
                "client_encoding", "UTF8",
                "DateStyle", "ISO, MDY",
                "IntervalStyle", "postgres",
                "TimeZone", "UTC",
                "integer_datetimes", "on",
                "standard_conforming_strings", "on",
                "default_transaction_read_only", "off",
                "is_superuser", "off"));
        settings.put("application_name", "");
    }

    /** What it hears of. */
    interface Listener {
        void sent(String upstream, String sql);

        void ran(String upstream, String sql);
    }

    /** It reports a setting: at login, and at once to sessions that are there. */
    void report(String setting, String value) {
        settings.put(setting, value);
        List.copyOf(sessions).forEach(session -> session.report(new ParameterStatus(setting, value)));
    }

    List<StartupMessage> startups() {
        return startups;
    }

    Reply answer(String sql) {
        return script.apply(sql);
    }

    void sent(String sql) {
        listener.sent(name, sql);
    }

    void ran(String sql) {
        listener.ran(name, sql);
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        startups.add(startup);
        ScriptedSession session = new ScriptedSession(this, analyzer, sink);
        sessions.add(session);
        ByteBuf hello = hello(startup);
        loop.execute(() -> session.begin(hello));
        return session;
    }

    void ended(ScriptedSession session) {
        sessions.remove(session);
    }

    private ByteBuf hello(StartupMessage startup) {
        ByteBuf hello = Unpooled.buffer();
        AuthenticationOk.INSTANCE.write(hello);
        Map<String, String> reported = new TreeMap<>(settings);
        for (StartupParameter parameter : startup.parameters()) {
            settings.keySet().stream()
                    .filter(parameter.name()::equalsIgnoreCase)
                    .forEach(setting -> reported.put(setting, parameter.value()));
        }
        reported.forEach((setting, value) -> new ParameterStatus(setting, value).write(hello));
        new ParameterStatus("session_authorization", startup.user()).write(hello);
        new BackendKeyData(++pids, Bytes.of("four")).write(hello);
        new ReadyForQuery(TransactionStatus.IDLE).write(hello);
        return hello;
    }
}
