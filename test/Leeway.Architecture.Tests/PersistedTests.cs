using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Leeway.Architecture.Tests;

/// <summary>Numbers that outlive the process: those of stored enums and of log events.</summary>
public sealed class PersistedTests
{
    // As they stand in the tables. A number once released keeps its meaning; new members take new numbers.
    private static readonly (Type Enum, string Numbers)[] s_stored =
    [
        (typeof(Priority), "Urgent=0 Standard=1 Low=2"),
        (typeof(Lane), "Cache=0 RealTime=1 Flex=2 Batch=3 SelfHosted=4"),
        (typeof(ServedTier), "Untold=0 Standard=1 Flex=2 Priority=3 Unlisted=4"),
        (typeof(RequestState), "Queued=1 Sealed=2 Submitted=3 Running=4 Succeeded=10 Failed=11 Expired=12 Cancelled=13"),
        (typeof(BatchState), "Sealed=1 Submitting=2 Quarantined=3 Submitted=4 Running=5 Finalizing=6 Collecting=7 Collected=10 Abandoned=11"),
        (typeof(ProviderBatchStatus), "Validating=1 InProgress=2 Finalizing=3 Cancelling=4 Completed=10 Failed=11 Expired=12 Cancelled=13"),
        (typeof(TurnaroundRegime), "Healthy=1 Degraded=2 Stalled=3"),
        (typeof(ClientBatchState), "Validating=1 InProgress=2 Finalizing=3 Cancelling=4 Completed=10 Failed=11 Expired=12 Cancelled=13"),
        (typeof(DeliveryState), "Pending=1 Retrying=2 Delivered=10 Failed=11"),
        (typeof(PickupWay), "Held=1 Poll=2 File=3"),
        (typeof(FileStatus), "Uploaded=1 Processed=2 Error=3"),
        (typeof(UploadState), "Pending=1 Completed=10 Cancelled=11 Expired=12"),
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
    public void Log_events_have_numbers_of_their_own_within_an_assembly()
    {
        (string? Assembly, int Id, string Name)[] events = [.. Product.Types
            .SelectMany(type => type.GetMethods(Product.Declared))
            .Select(method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(logged => logged.Message is not null)
            .Select(logged => (logged.Method.Module.Assembly.GetName().Name, logged.Message!.EventId, $"{logged.Method.DeclaringType!.Name}.{logged.Method.Name}"))];

        Assert.NotEmpty(events);
        Offences.AssertNone(events.Where(logged => logged.Id <= 0).Select(logged => $"{logged.Name} has no number"));
        Offences.AssertNone(events
            .GroupBy(logged => (logged.Assembly, logged.Id))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(logged => logged.Name))}"));
    }

    private static string Numbers(Type type) => string.Join(
        ' ',
        Enum.GetValues(type).Cast<object>().Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}={Convert.ToInt32(value, CultureInfo.InvariantCulture)}")));
}
