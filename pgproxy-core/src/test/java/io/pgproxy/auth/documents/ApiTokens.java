package io.pgproxy.auth.documents;

import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.Identity;
import io.pgproxy.auth.LoginRefusedException;
import io.pgproxy.hook.Attribute;
import java.util.function.Function;

/**
 * Lets in whoever has a token of a tenant: its sessions are those of the role {@code app}, and hooks know the tenant.
 */
public final class ApiTokens {
    public static final Attribute<String> TENANT = Attribute.named("tenant");

    public static Authenticator of(Function<char[], String> tenantOfToken) {
        return Authenticator.blocking((login, password) -> {
            String tenant = tenantOfToken.apply(password.toCharArray());
            if (tenant.isEmpty()) {
                throw LoginRefusedException.invalidPassword(login.user());
            }
            return Identity.of(login).withUser("app").with(TENANT, tenant);
        });
    }

    private ApiTokens() {}
}
