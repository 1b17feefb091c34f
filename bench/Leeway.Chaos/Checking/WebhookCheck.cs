using System.Globalization;
using Leeway.Chaos.Load;
using Leeway.Chaos.Processes;

namespace Leeway.Chaos.Checking;

/// <summary>Every end that was to be told was told at least once, signed, under one id, and as what it was.</summary>
internal sealed class WebhookCheck(ClientLog log, Evidence evidence, IEnumerable<ReceivedWebhook> calls, Findings findings)
{
    public void Run()
    {
        ReceivedWebhook[] all = [.. calls];
        ILookup<string, ReceivedWebhook> bySubject = all.ToLookup(call => call.Subject);
        IEnumerable<string> owed = log.Sent.Where(sent => sent is { Webhook: true, AcceptedAt: not null }).SelectMany(sent => sent.Ids)
            .Concat(log.Batches.Where(batch => batch.Webhook).Select(batch => batch.Id));
        int told = 0;
        foreach (string subject in owed)
        {
            told++;
            if (!bySubject[subject].Any(call => call.Taken))
            {
                findings.Violate(Promises.Webhooks, subject, $"was never told of; {bySubject[subject].Count()} calls were refused");
            }
        }

        foreach (IGrouping<string, ReceivedWebhook> group in bySubject)
        {
            if (group.Any(call => !call.Signed))
            {
                findings.Violate(Promises.Webhooks, group.Key, $"a call without a good signature: {group.First(call => !call.Signed)}");
            }

            // A client's batch has several events; a request ends once.
            foreach (IGrouping<string, ReceivedWebhook> one in group.GroupBy(call => call.Event).Where(one => one.Select(call => call.Id).Distinct().Count() > 1))
            {
                findings.Violate(Promises.Webhooks, group.Key, $"{one.Key} was told under {string.Join(", ", one.Select(call => call.Id).Distinct())}");
            }

            if (evidence.Requests.TryGetValue(group.Key, out Seen? seen))
            {
                CheckEnds(seen, [.. group.Where(call => call.Taken).Select(call => call.Event).Distinct()]);
            }
        }

        findings.Count("webhooks", string.Create(CultureInfo.InvariantCulture, $"{told} owed, {all.Length} calls, {all.Count(call => call.Taken) - bySubject.Sum(group => group.Select(call => call.Id).Distinct().Count(id => group.Any(call => call.Taken && call.Id == id)))} told again"));
    }

    // Expired and cancelled give way to a paid result that comes later, and then that is told too; nothing else does.
    private void CheckEnds(Seen seen, string[] told)
    {
        string end = $"request.{seen.State}";
        if (told.Length > 0 && !told.Contains(end))
        {
            findings.Violate(Promises.Webhooks, seen.Id, $"was told of as {string.Join(", ", told)} and never as {seen}");
        }

        string[] others = [.. told.Where(name => name != end && !(seen.State == "succeeded" && name is "request.expired" or "request.cancelled"))];
        if (others.Length > 0)
        {
            findings.Violate(Promises.Doubled, seen.Id, $"was told of as {string.Join(", ", others)} and is {seen}");
        }
    }
}
