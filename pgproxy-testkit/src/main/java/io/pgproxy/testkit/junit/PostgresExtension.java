package io.pgproxy.testkit.junit;

import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Resolves parameters of the types {@link TestDatabase} and {@link LocalPostgres}; see {@link WithPostgres}, which
 * brings it along. Registered by itself it gives the plain server. Tests may run in parallel.
 */
public final class PostgresExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    private record DatabaseKey(WantedServer server) {}

    /** Made by JUnit. */
    public PostgresExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == LocalPostgres.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        WantedServer wanted = WantedServer.of(parameter
                .findAnnotation(WithPostgres.class)
                .or(() -> ofClass(context.getRequiredTestClass()))
                .orElse(null));
        ExtensionContext outermost = outermostClass(context);
        Store ofClass = outermost.getStore(NAMESPACE);
        // The stores close what is in them: that of the class after it, that of the root at the end of the run.
        LocalPostgres server = wanted.own()
                ? ofClass.computeIfAbsent(wanted, WantedServer::start, LocalPostgres.class)
                : context.getRoot()
                        .getStore(NAMESPACE)
                        .computeIfAbsent(wanted, WantedServer::startOutliving, LocalPostgres.class);
        if (parameter.getParameter().getType() == LocalPostgres.class) {
            return server;
        }
        Class<?> testClass = outermost.getRequiredTestClass();
        return ofClass.computeIfAbsent(
                        new DatabaseKey(wanted),
                        key -> LentDatabase.in(server, testClass, wanted.own()),
                        LentDatabase.class)
                .database();
    }

    private static ExtensionContext outermostClass(ExtensionContext context) {
        ExtensionContext inner = context;
        Optional<ExtensionContext> outer = inner.getParent();
        while (outer.isPresent() && outer.get() != context.getRoot()) {
            inner = outer.get();
            outer = inner.getParent();
        }
        return inner;
    }

    private static Optional<WithPostgres> ofClass(@Nullable Class<?> testClass) {
        if (testClass == null) {
            return Optional.empty();
        }
        return AnnotationSupport.findAnnotation(testClass, WithPostgres.class)
                .or(() -> ofClass(testClass.getEnclosingClass()));
    }
}
