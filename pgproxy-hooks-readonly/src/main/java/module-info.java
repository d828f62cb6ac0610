/** Lets reads alone pass. */
module io.pgproxy.hooks.readonly {
    requires transitive io.pgproxy.core;
    requires transitive io.pgproxy.sql;
    requires io.pgproxy.protocol;
    requires static transitive org.jspecify;
}
