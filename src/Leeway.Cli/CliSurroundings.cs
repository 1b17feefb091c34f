using System.Collections;
using Spectre.Console;

namespace Leeway.Cli;

/// <summary>What a command takes from the world besides its arguments, so that tests can give it another one.</summary>
public sealed record CliSurroundings
{
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IRandomSource Random { get; init; } = new SystemRandomSource();

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Where relative paths begin.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Answers to questions.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Whether somebody can be asked: standard input and standard error are a terminal.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Where keys come from when somebody is asked; null: the console.</summary>
    public IAnsiConsoleInput? Keys { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether Ctrl-C and SIGTERM are turned into cancellation here.</summary>
    public bool HandlesSignals { get; init; }

    /// <summary>Those of this process.</summary>
    public static CliSurroundings OfProcess() => new()
    {
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        Input = Console.In,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        HandlesSignals = true,
    };
}
