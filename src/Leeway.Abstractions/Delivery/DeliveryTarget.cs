namespace Leeway;

/// <summary>Whom to tell, beside a webhook endpoint, when a request ends.</summary>
/// <param name="Channel">How.</param>
/// <param name="Target">Where, in the channel's own form. No line break.</param>
public readonly record struct DeliveryTarget(DeliveryChannel Channel, string Target)
{
    /// <summary>The stored form: a line for each target, the channel's name before a space. Null for none.</summary>
    public static string? Format(IReadOnlyList<DeliveryTarget> targets) =>
        targets.Count == 0 ? null : string.Join('\n', targets.Select(target => $"{NameOf(target.Channel)} {target.Target}"));

    /// <summary>Reads what <see cref="Format"/> writes. A channel that this version does not know is left out.</summary>
    public static IReadOnlyList<DeliveryTarget> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var targets = new List<DeliveryTarget>();
        foreach (string line in text.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && ChannelOf(line[..space]) is { } channel)
            {
                targets.Add(new DeliveryTarget(channel, line[(space + 1)..]));
            }
        }

        return targets;
    }

    private static string NameOf(DeliveryChannel channel) => channel switch
    {
        DeliveryChannel.Webhook => "webhook",
        DeliveryChannel.Queue => "queue",
        DeliveryChannel.Mail => "mail",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "There is no such channel."),
    };

    private static DeliveryChannel? ChannelOf(string name) => name switch
    {
        "webhook" => DeliveryChannel.Webhook,
        "queue" => DeliveryChannel.Queue,
        "mail" => DeliveryChannel.Mail,
        _ => null,
    };
}
