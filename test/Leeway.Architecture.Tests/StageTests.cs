using System.Text.RegularExpressions;

namespace Leeway.Architecture.Tests;

/// <summary>The order of the stages inside <c>src/Leeway</c>.</summary>
public sealed class StageTests
{
    // Who pulls stands left of whom it pulls from: a stage may use stages to its right, never to its left.
    private static readonly string[] s_order =
        ["Hosting", "Guard", "Batching", "Execution", "Queue", "Planning", "Classification", "RealTime", "Routing", "Results", "Delivery", "Files", "Ledger", "Nodes", "Telemetry"];

    [Fact]
    public void Every_folder_of_the_path_has_its_place_in_the_order() => Assert.Equal(
        s_order.Order(StringComparer.Ordinal),
        Repository.Sources.Where(file => file.Project == "Leeway").Select(file => file.Folders[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_stage_uses_stages_to_its_right_and_none_to_its_left()
    {
        SourceFile[] files = [.. Repository.Sources.Where(file => file.Project == "Leeway")];
        ILookup<string, string> types = files
            .SelectMany(file => file.Types.Select(type => (Stage: file.Folders[0], type.Name)))
            .Distinct()
            .ToLookup(pair => pair.Stage, pair => pair.Name);
        string[] offences = [.. files.SelectMany(file => s_order
            .TakeWhile(stage => stage != file.Folders[0])
            .SelectMany(left => Mentions(file, left, types[left]).Select(line => $"{file.Path} ({file.Folders[0]}) uses {left}: {line}")))];

        Offences.AssertNone(offences);
    }

    // A using, a full name, or a name completed through the common namespace Leeway.
    private static IEnumerable<string> Mentions(SourceFile file, string stage, IEnumerable<string> types)
    {
        var mention = new Regex($@"\bLeeway\.{stage}\b|(?<![\w.]){stage}\.(?:{string.Join('|', types)})\b");
        return file.Lines.Select(line => line.Trim()).Where(line => !line.StartsWith("//", StringComparison.Ordinal) && mention.IsMatch(line));
    }
}
