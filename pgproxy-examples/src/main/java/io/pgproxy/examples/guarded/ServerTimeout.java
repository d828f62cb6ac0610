package io.pgproxy.examples.guarded;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.startup.StartupParameter;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Has the server itself keep a limit: a setting of each session that the client's start-up can lower, and not raise. A
 * SET that comes later is the client's own; the limits of the proxy hold in spite of it.
 *
 * @param setting a timeout whose unit is the millisecond
 * @param most zero: the setting is left alone
 */
public record ServerTimeout(String setting, Duration most) implements SessionHook {

    @Override
    public Verdict<Startup> connected(Session session, Startup startup) {
        return most.isZero() ? Verdict.proceed() : Verdict.of(with(startup));
    }

    /** Also what the client has asked for is put: that the server reads it as it is read here must not matter. */
    Startup with(Startup startup) {
        long millis = Math.min(most.toMillis(), asked(startup).orElse(Long.MAX_VALUE));
        return startup.with(setting, Long.toString(millis));
    }

    /** As the server goes through it: first what stands in {@code options}, then the others, and the last counts. */
    private OptionalLong asked(Startup startup) {
        OptionalLong last = OptionalLong.empty();
        String options = startup.parameter("options");
        if (options != null) {
            last = CommandLineOptions.of(options).timeout(setting);
        }
        for (StartupParameter parameter : startup.parameters()) {
            if (parameter.name().equalsIgnoreCase(setting)) {
                last = TimeoutText.millis(parameter.value());
            }
        }
        return last;
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        return Verdict.proceed();
    }
}
