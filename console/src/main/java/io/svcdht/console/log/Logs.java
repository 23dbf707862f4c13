package io.svcdht.console.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.svcdht.node.config.NodeConfig.LogFormat;
import io.svcdht.node.config.NodeConfig.LogLevel;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up in code, which starts faster than XML. Lines go to standard error: standard output belongs to
 * results. A {@code logback.configurationFile} given on purpose goes first.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logs extends ContextAwareBase implements Configurator {
    private static final String OURS = "io.svcdht";
    private static final String TEXT =
            "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%replace( %X{lookup_id} %X{corr_id}){'^ +$', ''}%n";

    private static volatile LogFormat format = LogFormat.TEXT;
    private static volatile LogLevel level = LogLevel.WARN;

    /** To be called before the first logger is used; without it only warnings are shown, as text. */
    public static void start(LogFormat chosenFormat, LogLevel chosenLevel) {
        format = chosenFormat;
        level(chosenLevel);
    }

    /** Changes the level, also while running. Libraries speak up one step later than our own code. */
    public static void level(LogLevel chosen) {
        level = chosen;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            setLevels(context);
        }
    }

    /** Writes what is buffered; nothing is logged afterwards. */
    public static void stop() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            context.stop();
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        setLevels(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        Encoder<ILoggingEvent> encoder =
                switch (format) {
                    case JSON -> new JsonLines();
                    case TEXT -> {
                        PatternLayoutEncoder text = new PatternLayoutEncoder();
                        text.setPattern(TEXT);
                        yield text;
                    }
                };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static void setLevels(LoggerContext context) {
        context.getLogger(OURS)
                .setLevel(
                        switch (level) {
                            case ERROR -> Level.ERROR;
                            case WARN -> Level.WARN;
                            case INFO -> Level.INFO;
                            case DEBUG -> Level.DEBUG;
                            case TRACE -> Level.TRACE;
                        });
        context.getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(
                        switch (level) {
                            case ERROR -> Level.ERROR;
                            case WARN, INFO -> Level.WARN;
                            case DEBUG -> Level.INFO;
                            case TRACE -> Level.DEBUG;
                        });
        // Each attempt to reach a broker that is away, every second; that it is, we say ourselves, and once.
        context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
    }
}
