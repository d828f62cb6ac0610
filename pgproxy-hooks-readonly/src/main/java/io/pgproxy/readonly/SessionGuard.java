package io.pgproxy.readonly;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.SqlState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the server to what was asked of it at start-up: by what it reports of its settings, at login and later. */
final class SessionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyHook.class);
    private static final String SUPERUSER = "is_superuser";

    private static final Verdict<Void> SUPERUSER_REFUSED =
            Verdict.reject(Refusal.of("the upstream's role is a superuser").fatal(SqlState.INSUFFICIENT_PRIVILEGE));

    private final boolean refuseSuperusers;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    SessionGuard(boolean refuseSuperusers) {
        this.refuseSuperusers = refuseSuperusers;
    }

    Verdict<Void> reported(String setting, String value) {
        String name = SettingRules.lowerCase(setting);
        if (SettingRules.FIXED.contains(name) && !SettingRules.isFixedValue(name, value)) {
            return Verdict.reject(Refusal.of("the server reports that " + name + " is not what it has to be")
                    .fatal());
        }
        return refuseSuperusers && name.equals(SUPERUSER) && value.equals("on") ? SUPERUSER_REFUSED : Verdict.proceed();
    }

    /**
     * The server has reported all it reports. PostgreSQL reports {@code default_transaction_read_only} from 14 on; a
     * session of which nobody can tell that it is READ ONLY is none.
     */
    Verdict<Terms> authenticated(Session session) {
        if (session.setting(SettingRules.DEFAULT_READ_ONLY).isEmpty()) {
            String version = session.setting("server_version");
            return Verdict.reject(new Refusal(
                            "the server" + (version.isEmpty() ? "" : " (" + version + ")") + " does not report "
                                    + SettingRules.DEFAULT_READ_ONLY,
                            "PostgreSQL 14 and later do; a pooler in between may keep it to itself.")
                    .fatal(SqlState.FEATURE_NOT_SUPPORTED));
        }
        for (String name : SettingRules.FIXED) {
            String value = session.setting(name);
            if (!value.isEmpty() && reported(name, value) instanceof Verdict.Reject<Void> rejected) {
                return Verdict.reject(rejected.error());
            }
        }
        return ofSuperuser(session);
    }

    private Verdict<Terms> ofSuperuser(Session session) {
        if (!session.setting(SUPERUSER).equals("on")) {
            return Verdict.proceed();
        }
        if (refuseSuperusers) {
            return Verdict.reject(
                    Refusal.of("the upstream's role is a superuser").fatal(SqlState.INSUFFICIENT_PRIVILEGE));
        }
        String reported = session.setting("session_authorization");
        String role = reported.isEmpty() ? session.user() : reported;
        if (warned.add(role)) {
            LOG.warn(
                    "the upstream's role {} is a superuser: what READ ONLY does not stop, its rights do not either",
                    role);
        }
        return Verdict.proceed();
    }
}
