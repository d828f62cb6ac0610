package io.pgproxy.core.internal.limit;

import java.util.concurrent.ConcurrentHashMap;

/** The quotas of those users who have a session, or had one a moment ago. Thread-safe. */
final class UserQuotas {
    /** Those without a session are kept for a while, so that whoever comes back at once finds what was used. */
    private static final int MANY = 1_000;

    private final ConcurrentHashMap<String, UserQuota> quotas = new ConcurrentHashMap<>();

    UserQuota of(String user, long now) {
        if (quotas.size() > MANY) {
            quotas.keySet()
                    .forEach(
                            name -> quotas.computeIfPresent(name, (same, quota) -> quota.isUnused(now) ? null : quota));
        }
        return quotas.compute(user, (name, kept) -> {
            UserQuota quota = kept == null ? new UserQuota(name, now) : kept;
            quota.hold();
            return quota;
        });
    }
}
