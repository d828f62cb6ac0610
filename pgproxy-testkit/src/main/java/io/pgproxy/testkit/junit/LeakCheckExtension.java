package io.pgproxy.testkit.junit;

import io.pgproxy.testkit.leak.LeakCheck;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class that leaves a Netty buffer, a thread or a socket behind; what counts is told at {@link LeakCheck}.
 * Nested classes are part of their outermost class.
 *
 * <p>It belongs in front of all other extensions, so that it looks after they have cleaned up. Netty must not have made
 * a buffer before; to be sure of both, register it for the whole run: put its name into
 * {@code META-INF/services/org.junit.jupiter.api.extension.Extension} in the test resources and
 * {@code junit.jupiter.extensions.autodetection.enabled=true} into {@code junit-platform.properties}. Test classes must
 * not run at the same time.
 */
public final class LeakCheckExtension implements BeforeAllCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(LeakCheckExtension.class);

    /** Made by JUnit. */
    public LeakCheckExtension() {
        LeakCheck.prepare();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOutermost(context)) {
            LeakCheck check = LeakCheck.begin();
            check.skipped().forEach(context::publishReportEntry);
            context.getStore(NAMESPACE).put(LeakCheck.class, check);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        LeakCheck check =
                isOutermost(context) ? context.getStore(NAMESPACE).remove(LeakCheck.class, LeakCheck.class) : null;
        if (check != null) {
            check.assertNothingLeft();
        }
    }

    private static boolean isOutermost(ExtensionContext context) {
        return context.getParent().filter(parent -> parent != context.getRoot()).isEmpty();
    }
}
