using System.Globalization;
using System.Text.RegularExpressions;

namespace Leeway.Architecture.Tests;

/// <summary>Numbers that outlive the process: those of stored enums and of log events.</summary>
public sealed partial class PersistedTests
{
    // As they stand in the tables. A number once released keeps its meaning; new members take new numbers.
    private static readonly (Type Enum, string Numbers)[] s_stored =
    [
        (typeof(Priority), "Urgent=1 Standard=2 Low=3"),
        (typeof(Lane), "Cache=1 RealTime=2 Flex=3 Batch=4 SelfHosted=5"),
        (typeof(RequestState), "Queued=1 Sealed=2 Submitted=3 Running=4 Succeeded=10 Failed=11 Expired=12 Cancelled=13"),
        (typeof(BatchState), ""),
        (typeof(ProviderBatchStatus), ""),
        (typeof(DeliveryState), ""),
    ];

    [Fact]
    public void Stored_enums_have_the_numbers_they_were_released_with() => Assert.All(s_stored, stored => Assert.Equal(stored.Numbers, Numbers(stored.Enum)));

    [Fact]
    public void Stored_enums_write_each_number_down()
    {
        foreach ((Type type, _) in s_stored)
        {
            SourceFile file = Repository.Sources.Single(candidate => candidate.Types.Any(declared => declared.Kind == "enum" && declared.Name == type.Name));
            Assert.All(Enum.GetNames(type), name => Assert.Contains(file.Lines, line => Regex.IsMatch(line, $@"^    {name} = \d+,$")));
        }
    }

    [Fact]
    public void Log_events_are_unique_within_an_assembly()
    {
        string[] twice = [.. Repository.Sources
            .SelectMany(file => file.Lines.SelectMany(line => Event().Matches(line)).Select(match => (file.Project, Id: match.Groups[1].Value, file.Path)))
            .GroupBy(logged => (logged.Project, logged.Id))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key.Project} {group.Key.Id}: {string.Join(", ", group.Select(logged => logged.Path))}")];

        Assert.Empty(twice);
    }

    [Fact]
    public void Every_log_event_has_a_number() => Assert.Empty(Repository.Sources
        .SelectMany(file => file.Lines.Where(line => line.Contains("[LoggerMessage", StringComparison.Ordinal) && !Event().IsMatch(line)).Select(line => $"{file.Path}: {line.Trim()}")));

    private static string Numbers(Type type) => string.Join(
        ' ',
        Enum.GetValues(type).Cast<object>().Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}={Convert.ToInt32(value, CultureInfo.InvariantCulture)}")));

    [GeneratedRegex(@"LoggerMessage\(.*?EventId = (\d+)|LoggerMessage\((\d+)")]
    private static partial Regex Event();
}
