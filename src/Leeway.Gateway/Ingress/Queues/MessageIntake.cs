using System.Security.Cryptography;
using System.Text;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>
/// Makes the requests of a message durable. A message is a run: its requests bear a run id made of the message's identity, so that the store takes
/// each of them once, whichever node receives the message again and however often.
/// </summary>
internal sealed class MessageIntake(RequestTaker taker, MessageObjects objects, IRequestStore requests, IDeliveryStore deliveries, NamedMail mails, IConfigSource config)
{
    /// <summary>Takes a message in. When it returns, whatever was good of it is durable and whatever was bad was given to <paramref name="refuse"/>.</summary>
    /// <exception cref="NotNowException">Nothing is wrong with the message, but it cannot be accepted now.</exception>
    public async Task<Taken> TakeAsync(QueueSource source, QueueMessage message, Func<ReadOnlyMemory<byte>, DeadLetterReason, Task> refuse, CancellationToken cancellationToken)
    {
        MessageFrame? frame = MessageFrame.Read(message.Body, "message", out Problem? problem);
        string? key = frame?.IdempotencyKey ?? (frame is null ? null : message.Attributes.GetValueOrDefault("idempotency_key"));
        RunId run = RunOf(source, message, key);
        if (frame is { IsFile: true })
        {
            return await TakeFileAsync(source, message, frame, run, refuse, cancellationToken);
        }

        if (frame is { Object: { } address })
        {
            (ReadOnlyMemory<byte> content, problem) = await objects.ReadAsync(source.Config, address, cancellationToken);
            MessageFrame? inner = problem is null ? MessageFrame.Read(content, "object", out problem) : null;
            problem ??= inner!.Object is null ? null : QueueProblems.Bad("object", "An object may not name another one.");
            frame = problem is null ? frame.Inside(inner!) : null;
        }

        Outcome outcome = frame is null
            ? new Outcome(false, problem)
            : await TakeOneAsync(source, frame, run, frame.CustomId ?? key ?? message.Id, key, cancellationToken);
        if (outcome.Problem is { } refused)
        {
            await RefuseAsync(refused, null, message.Body, refuse);
            return new Taken(0, 0, 1);
        }

        return outcome.IsRepeated ? new Taken(0, 1, 0) : new Taken(1, 0, 0);
    }

    private async Task<Taken> TakeFileAsync(
        QueueSource source, QueueMessage message, MessageFrame frame, RunId run, Func<ReadOnlyMemory<byte>, DeadLetterReason, Task> refuse, CancellationToken cancellationToken)
    {
        Taken taken = default;
        var window = new Queue<(Task<Outcome> Work, int Line, ReadOnlyMemory<byte> Text)>(MessageObjects.Window);
        try
        {
            await foreach (ObjectLine line in objects.ReadLinesAsync(source.Config, frame.Object!, cancellationToken))
            {
                // Lines that are good share commits; so many are in memory at once.
                window.Enqueue((TakeLineAsync(source, frame, run, line, cancellationToken), line.Number, line.Text));
                if (window.Count == MessageObjects.Window)
                {
                    taken += await SettleAsync(window.Dequeue(), refuse);
                }
            }
        }
        catch (UnreadableObjectException unreadable)
        {
            await RefuseAsync(unreadable.Problem, null, message.Body, refuse);
            taken += new Taken(0, 0, 1);
        }

        while (window.TryDequeue(out var next))
        {
            taken += await SettleAsync(next, refuse);
        }

        return taken;
    }

    private static async Task<Taken> SettleAsync((Task<Outcome> Work, int Line, ReadOnlyMemory<byte> Text) one, Func<ReadOnlyMemory<byte>, DeadLetterReason, Task> refuse)
    {
        Outcome outcome = await one.Work;
        if (outcome.Problem is { } problem)
        {
            await RefuseAsync(problem, one.Line, one.Text, refuse);
            return new Taken(0, 0, 1);
        }

        return outcome.IsRepeated ? new Taken(0, 1, 0) : new Taken(1, 0, 0);
    }

    private async Task<Outcome> TakeLineAsync(QueueSource source, MessageFrame file, RunId run, ObjectLine line, CancellationToken cancellationToken)
    {
        Problem? problem = line.Problem;
        MessageFrame? frame = problem is null ? MessageFrame.Read(line.Text, "line", out problem) : null;
        problem ??= frame!.Object is null ? null : QueueProblems.Bad("object", "A line may not name an object.");
        if (problem is not null)
        {
            return new Outcome(false, problem);
        }

        string customId = frame!.CustomId ?? $"line {line.Number}";
        return line.Ids.TryAdd(customId, line.Number, out int earlier)
            ? await TakeOneAsync(source, file.Inside(frame), run, customId, null, cancellationToken)
            : new Outcome(false, QueueProblems.Bad("custom_id", $"The custom_id '{Short.Of(customId)}' is that of line {earlier} too.", Short.Of(customId)) with { Code = LineProblemCodes.DuplicateCustomId });
    }

    private async Task<Outcome> TakeOneAsync(QueueSource source, MessageFrame frame, RunId run, string customId, string? key, CancellationToken cancellationToken)
    {
        string team = source.Caller.Team;
        byte[]? hash = key is null ? null : SHA256.HashData(frame.Body.Span);

        // 1. What its sender has sent before under this key, whatever it is called now.
        if (hash is not null && await requests.ListAsync(new RequestFilter { Team = team, Run = run }, null, 1, cancellationToken) is [var earlier, ..])
        {
            return new Outcome(true, earlier.BodyHash is null || hash.AsSpan().SequenceEqual(earlier.BodyHash) ? null : QueueProblems.OtherBody(key!, earlier.Request.Id));
        }

        // 2. Whom to tell.
        (WebhookId? webhook, Problem? problem) = await WaitingHeaders.FindWebhookAsync(frame.Headers, team, deliveries, cancellationToken);
        (MailId? mail, Problem? badMail) = await mails.FindAsync(frame.Headers, source.Caller, cancellationToken);
        problem ??= badMail;
        DeliveryTarget[] tell = [.. Tell(source, frame, ref problem), .. NamedMail.Targets(mail)];

        // 3. The request.
        TakenRequest taken = problem is not null
            ? new TakenRequest(null, false, problem)
            : await taker.TakeAsync(
                frame.Headers,
                frame.Endpoint,
                frame.Body,
                source.Caller,
                source.Wait,
                made => made with { Run = run, CustomId = customId, Webhook = webhook, Tell = tell, BodyHash = hash, MetadataJson = frame.MetadataJson ?? made.MetadataJson },
                cancellationToken);

        // 4. What was accepted before is not judged again: its deadline may have passed since.
        return taken.Problem is not null && await requests.FindLineAsync(team, run, customId, cancellationToken) is not null
            ? new Outcome(true, null)
            : new Outcome(taken.IsRepeated, taken.Problem);
    }

    private DeliveryTarget[] Tell(QueueSource source, MessageFrame frame, ref Problem? problem)
    {
        if (frame.Results is not { } name)
        {
            return source.Config.Results is null ? [] : [new DeliveryTarget(DeliveryChannel.Queue, source.Name)];
        }

        IReadOnlyDictionary<string, QueueConfig> queues = config.Current.Queues;
        bool MayUse(string one) => queues[one].Results is not null && (one == source.Name || queues[one].Owner == source.Caller.Team);
        if (!queues.ContainsKey(name) || !MayUse(name))
        {
            problem ??= QueueProblems.NoResults(name, queues.Keys.Where(MayUse));
        }

        return [new DeliveryTarget(DeliveryChannel.Queue, name)];
    }

    private static async Task RefuseAsync(Problem problem, int? line, ReadOnlyMemory<byte> text, Func<ReadOnlyMemory<byte>, DeadLetterReason, Task> refuse)
    {
        if (QueueProblems.MayPass(problem))
        {
            throw new NotNowException(problem.FullMessage);
        }

        await refuse(text, QueueProblems.Reason(problem, line));
    }

    // By where it came from when only the queue knows it, by the team when its sender has a key of its own for it.
    private static RunId RunOf(QueueSource source, QueueMessage message, string? key)
    {
        string identity = key is not null ? $"key\n{source.Caller.Team}\n{key}" : $"message\n{source.Config.Kind}\n{source.Config.Source}\n{source.Config.Endpoint}\n{message.Id}";
        return new RunId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("queue\n" + identity)).AsSpan(0, 16), bigEndian: true));
    }

    private readonly record struct Outcome(bool IsRepeated, Problem? Problem);
}

/// <summary>What came of a message.</summary>
/// <param name="Accepted">Requests made durable.</param>
/// <param name="Repeated">Requests that were durable already.</param>
/// <param name="Refused">Requests that cannot be accepted.</param>
internal readonly record struct Taken(int Accepted, int Repeated, int Refused)
{
    public static Taken operator +(Taken left, Taken right) => new(left.Accepted + right.Accepted, left.Repeated + right.Repeated, left.Refused + right.Refused);
}

/// <summary>A message cannot be accepted now, through no fault of its own.</summary>
internal sealed class NotNowException(string message) : Exception(message);
