using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Hosting;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>How a batch's lines wait. Decided once, when it is created, so that an acceptance that was interrupted comes to the same.</summary>
internal sealed class BatchTerms(RequestClassifier classifier)
{
    private const string WindowField = "completion_window";

    /// <summary>Hears the completion window and what goes before it: headers and base path.</summary>
    /// <returns>The terms and the instant they are counted from; or why there are none.</returns>
    public (ClientBatchTerms? Terms, DateTimeOffset At, Problem? Problem) Read(HttpContext context, string endpoint, string window, Principal caller)
    {
        if (!IsDuration(window))
        {
            return (null, default, new Problem
            {
                Code = "invalid_deadline",
                Message = $"completion_window '{Short.Of(window)}' is not a duration.",
                Field = WindowField,
                Value = Short.Of(window),
                Remedy = "Write one such as 24h, 90m or 7d. Nothing was accepted.",
            });
        }

        RequestSignals signals = Signals.Gather(context.Request.Headers, BasePath.Of(context), null, default) with { CompletionWindow = window };
        if (!TryClassify(signals, endpoint, caller, out Classified said, out Problem? problem)
            || !TryClassify(new RequestSignals { CompletionWindow = window }, endpoint, caller, out Classified byWindow, out problem))
        {
            return (null, default, problem);
        }

        bool isFixed = said.Source != WindowField;

        // Urgent lines go at once, but a line that fails may try again until the window closes.
        return said.IsImmediate
            ? (new ClientBatchTerms(window, byWindow.Deadline, said.Priority, isFixed, Lane.RealTime, said.MaxCost), said.AcceptedAt, null)
            : (new ClientBatchTerms(window, said.Deadline, said.Priority, isFixed, said.Pinned, said.MaxCost), said.AcceptedAt, null);
    }

    /// <summary>What a line comes to under its batch's terms: it may be in more of a hurry than its batch, never in less.</summary>
    public static Classified Apply(ClientBatchTerms terms, Classified line)
    {
        if (terms.IsFixed)
        {
            line = line with { Priority = terms.Priority, Deadline = terms.ExpiresAt };
        }

        return line.IsImmediate
            ? line with { Deadline = terms.ExpiresAt, Pinned = Lane.RealTime, MaxCost = terms.MaxCost }
            : line with { Deadline = line.Deadline < terms.ExpiresAt ? line.Deadline : terms.ExpiresAt, Pinned = terms.PinnedLane, MaxCost = terms.MaxCost };
    }

    private bool TryClassify(RequestSignals signals, string endpoint, Principal caller, out Classified classified, out Problem? problem)
    {
        bool ok = classifier.TryClassify(signals, endpoint, "", caller.Label, static _ => null, out classified, out ClassificationProblem? refused);
        problem = ok ? null : Intake.Refusal(refused!);
        return ok;
    }

    // An instant would have passed when an interrupted acceptance goes on.
    private static bool IsDuration(string text) =>
        text.Length > 1 && char.IsAsciiDigit(text[0]) && char.IsAsciiLetter(text[^1]) && text.All(static c => char.IsAsciiDigit(c) || c == '.' || (char.IsAsciiLetter(c) && char.IsLower(c)));
}
