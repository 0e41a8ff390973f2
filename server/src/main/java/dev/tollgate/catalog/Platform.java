package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose API stands before a provider's models: the vendor's own, or that of a cloud which hosts them. */
public sealed interface Platform {
    /** The vendor's API, or a server that speaks it. */
    Platform DIRECT = new Direct();

    /** The wire names of the clouds. */
    List<String> NAMES = List.of("bedrock", "vertex");

    /** No cloud in between. */
    record Direct() implements Platform {
        @Override
        public String wireName() {
            return "";
        }

        @Override
        public String region() {
            return "";
        }

        @Override
        public String project() {
            return "";
        }

        @Override
        public Optional<String> address() {
            return Optional.empty();
        }

        @Override
        public List<AuthStyle> auths() {
            return List.of(AuthStyle.X_API_KEY, AuthStyle.BEARER, AuthStyle.X_GOOG_API_KEY, AuthStyle.NONE);
        }

        @Override
        public boolean hosts(Dialect dialect) {
            return dialect != Dialect.CONVERSE;
        }

        @Override
        public boolean serves(Operation operation) {
            return true;
        }
    }

    /**
     * Amazon Bedrock's <a
     * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html">InvokeModel</a>, for Claude, and <a
     * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html">Converse</a>, for every model: the
     * provider's dialect says which.
     *
     * @param region such as {@code us-east-1}; also what a signature is made for
     */
    record Bedrock(String region) implements Platform {
        @Override
        public String wireName() {
            return "bedrock";
        }

        @Override
        public String project() {
            return "";
        }

        @Override
        public Optional<String> address() {
            String domain = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
            return Optional.of("https://bedrock-runtime." + region + domain);
        }

        @Override
        public List<AuthStyle> auths() {
            return List.of(AuthStyle.AWS_SIGV4, AuthStyle.BEARER);
        }

        @Override
        public boolean hosts(Dialect dialect) {
            return dialect == Dialect.ANTHROPIC || dialect == Dialect.CONVERSE;
        }

        @Override
        public boolean serves(Operation operation) {
            return operation == Operation.MESSAGES || operation.dialect() == Dialect.CONVERSE;
        }
    }

    /**
     * Vertex AI's <a
     * href="https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude">rawPredict</a>, for Claude.
     *
     * @param project whose quota and bill it is
     * @param region such as {@code us-east5} or {@code global}; Google's word is location
     */
    record Vertex(String project, String region) implements Platform {
        @Override
        public String wireName() {
            return "vertex";
        }

        /** One region's, the global one, or that of a part of the world. */
        @Override
        public Optional<String> address() {
            return Optional.of(
                    switch (region) {
                        case "global" -> "https://aiplatform.googleapis.com";
                        case "us", "eu" -> "https://aiplatform." + region + ".rep.googleapis.com";
                        default -> "https://" + region + "-aiplatform.googleapis.com";
                    });
        }

        @Override
        public List<AuthStyle> auths() {
            return List.of(AuthStyle.GOOGLE_SERVICE_ACCOUNT, AuthStyle.BEARER);
        }

        @Override
        public boolean hosts(Dialect dialect) {
            return dialect == Dialect.ANTHROPIC;
        }

        @Override
        public boolean serves(Operation operation) {
            return operation == Operation.MESSAGES || operation == Operation.COUNT_TOKENS;
        }
    }

    /** As the admin API and the command line write it; empty for a direct one. */
    String wireName();

    /** Empty where it has none. */
    String region();

    /** Empty where it has none. */
    String project();

    /** Its public address; empty where only the operator knows one. */
    Optional<String> address();

    /** The ways to authenticate that it has, the usual one first. */
    List<AuthStyle> auths();

    /** Whether its models can be spoken to in that. */
    boolean hosts(Dialect dialect);

    /** Whether it has an endpoint for that, of those of the dialect that its models speak. */
    boolean serves(Operation operation);

    /**
     * The platform of that name in that place.
     *
     * @param platform null or empty for a direct one
     * @throws Refusal if there is none, or it lacks its region or project, or has one that means nothing to it
     */
    static Platform of(@Nullable String platform, @Nullable String region, @Nullable String project) {
        return switch (platform == null ? "" : platform) {
            case "" -> {
                Places.refuse(region, "A region is part of a platform.", "Give --platform bedrock or vertex with it.");
                Places.refuse(project, "A project is part of Vertex AI.", "Give --platform vertex with it.");
                yield DIRECT;
            }
            case "bedrock" -> {
                Places.refuse(project, "Amazon Bedrock has no projects.", "Leave the project out.");
                yield new Bedrock(Places.region(region, "us-east-1"));
            }
            case "vertex" -> new Vertex(Places.project(project), Places.region(region, "us-east5 or global"));
            default -> throw Refusal.invalid("There is no such platform.", "The platforms are bedrock and vertex.");
        };
    }
}
