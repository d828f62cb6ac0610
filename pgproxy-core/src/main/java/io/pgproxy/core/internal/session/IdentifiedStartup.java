package io.pgproxy.core.internal.session;

import io.pgproxy.auth.Identity;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayList;
import java.util.List;

/** What the upstream is asked for once it is known who the client is. */
final class IdentifiedStartup {
    private IdentifiedStartup() {}

    /** The same, but for user and database; the packet as it was if these are as they were. */
    static StartupMessage of(StartupMessage asked, Identity identity) {
        boolean same =
                identity.user().equals(asked.user()) && identity.database().equals(asked.database());
        if (same && identity.credentials() == null) {
            return asked;
        }
        List<StartupParameter> parameters = new ArrayList<>();
        parameters.add(new StartupParameter("user", identity.user()));
        parameters.add(new StartupParameter("database", identity.database()));
        for (StartupParameter parameter : asked.parameters()) {
            if (!parameter.name().equals("user") && !parameter.name().equals("database")) {
                parameters.add(parameter);
            }
        }
        return new StartupMessage(asked.version(), parameters);
    }
}
