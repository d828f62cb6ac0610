package io.pgproxy.hook;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A session without a server, that shows what hooks have left in its attributes. */
public final class KeptBySession {
    private final Map<Object, Object> attributes = new HashMap<>();
    private final Session session = of(Session.class, (method, arguments) -> switch (method) {
        case "get" -> attributes.get(arguments[0]);
        case "set" -> attributes.put(arguments[0], arguments[1]);
        case "id" -> 7L;
        default -> "";
    });
    private final Statement statement = of(Statement.class, (method, arguments) -> switch (method) {
        case "session" -> session;
        case "facts" -> Facts.empty();
        case "fingerprint" -> new Fingerprint(1, 2);
        case "leadingComments", "trailingComments" -> List.of();
        default -> "";
    });

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    /** The values of all attributes when an execution has been admitted and has ended. */
    public <H extends AdmitHook & ObserveHook> Collection<Object> keptBy(H hook) {
        Execution execution = of(Execution.class, (method, arguments) -> switch (method) {
            case "session" -> session;
            case "statement" -> statement;
            default -> "";
        });
        hook.admit(execution);
        hook.completed(
                execution,
                new Outcome(
                        Outcome.Status.SKIPPED,
                        Outcome.Source.UPSTREAM,
                        List.of(),
                        0,
                        0,
                        Duration.ZERO,
                        Duration.ZERO,
                        null,
                        ""));
        return attributes.values();
    }

    private static <T> T of(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }
}
