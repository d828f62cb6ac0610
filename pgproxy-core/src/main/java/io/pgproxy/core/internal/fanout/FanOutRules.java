package io.pgproxy.core.internal.fanout;

import io.pgproxy.core.internal.limit.SqlReader;

/**
 * What all sessions on the same writers share.
 *
 * @param sql reads the clients' SQL
 * @param impossibleName what no client calls anything
 * @param onlyWarns whether what may do something else on each writer is let pass, with a warning
 * @param comparesRows whether the rows that writers report have to be the same
 * @param fences which writers are out
 */
public record FanOutRules(
        SqlReader sql, String impossibleName, boolean onlyWarns, boolean comparesRows, Fences fences) {}
