package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client believes the settings to be that the server reports. */
final class ToldSettings {
    /** Where a session is at the moment is nothing that a client could rely on. */
    private static final String STANDBY = "in_hot_standby";

    private final KeyedPool home;

    /** An instance that equal ones share. */
    private Map<String, String> told = Map.of();

    private boolean greeted;
    private boolean standardStrings = true;
    private boolean utf8 = true;

    ToldSettings(KeyedPool home) {
        this.home = home;
    }

    /** Whether the client has been told that it is logged in. */
    boolean isGreeted() {
        return greeted;
    }

    /** What a text leaves behind, read as the client's settings say. */
    Footprint read(ByteBuf bytes, int from, int length, boolean ahead) {
        FootprintReader reader = home.pool().reader();
        return ahead
                ? reader.readAhead(bytes, from, length, standardStrings, utf8)
                : reader.read(bytes, from, length, standardStrings, utf8);
    }

    /** Tells a client what the server says to those who log in. */
    void greet(
            StartupMessage startup,
            Map<String, String> welcome,
            String applicationName,
            @Nullable PooledConnection own,
            BackendSink sink) {
        greeted = true;
        Map<String, String> mine = new LinkedHashMap<>(own == null ? welcome : own.reported());
        boolean named = own != null && !own.isSettling();
        mine.computeIfPresent(SettingsSql.APPLICATION_NAME, (name, value) -> named ? value : applicationName);
        know(mine);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(512);
        Greeting.write(startup, told, own == null ? 0 : own.pid(), bytes);
        sink.received(bytes);
        sink.receiveComplete();
    }

    /** Settings were put there that the session has: the client hears of what it does not know yet. */
    void tell(PooledConnection mine, BackendSink sink) {
        Map<String, String> now = mine.reported();
        if (now == told) {
            return;
        }
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        now.forEach((name, value) -> {
            if (!value.equals(told.get(name)) && !name.equals(STANDBY)) {
                new ParameterStatus(name, value).write(bytes);
            }
        });
        know(now);
        if (bytes.isReadable()) {
            sink.received(bytes);
        } else {
            bytes.release();
        }
    }

    /** The client hears of a setting that has changed. */
    void heard(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(told);
        next.put(name, value);
        know(next);
    }

    private void know(Map<String, String> parameters) {
        told = home.canonical(parameters);
        standardStrings = !"off".equals(told.get("standard_conforming_strings"));
        utf8 = "UTF8".equals(told.getOrDefault("client_encoding", "UTF8"));
    }
}
