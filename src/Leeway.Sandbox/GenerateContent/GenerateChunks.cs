using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The chunks of a streamed answer: words one by one, each call whole. The last of a candidate has its finish reason, the last of all the whole usage; none follows it.</summary>
internal sealed class GenerateChunks(GenerateAnswer answer, string id)
{
    public IEnumerable<ServerEvent> All()
    {
        if (answer.Candidates.Count == 0)
        {
            yield return Chunk(0, null, null, isLast: true);
        }

        foreach (var (index, candidate) in answer.Candidates.Index())
        {
            List<Action<Utf8JsonWriter>> pieces = [.. Pieces(candidate)];
            for (var i = 0; i < pieces.Count; i++)
            {
                var ends = i == pieces.Count - 1;
                yield return Chunk(index, pieces[i], ends ? GenerateAnswer.FinishReason(candidate) : null, ends && index == answer.Candidates.Count - 1);
            }

            if (pieces.Count == 0)
            {
                yield return Chunk(index, null, GenerateAnswer.FinishReason(candidate), index == answer.Candidates.Count - 1);
            }
        }
    }

    private IEnumerable<Action<Utf8JsonWriter>> Pieces(Turn candidate)
    {
        if (candidate.Thinking is { } thinking && answer.Request.IncludesThoughts)
        {
            foreach (var piece in AnswerText.Pieces(thinking))
            {
                yield return json => answer.WriteText(json, piece, isThought: true, isFirst: false);
            }
        }

        foreach (var (number, piece) in AnswerText.Pieces(candidate.Text).Index())
        {
            yield return json => answer.WriteText(json, piece, isThought: false, isFirst: number == 0 && candidate.Thinking is not null);
        }

        foreach (var (number, call) in candidate.Calls.Index())
        {
            yield return json => answer.WriteCall(json, call, isFirst: number == 0 && candidate.Thinking is not null && candidate.Text.Length == 0);
        }
    }

    private ServerEvent Chunk(int index, Action<Utf8JsonWriter>? part, string? finishReason, bool isLast) => new(null, json =>
    {
        json.WriteStartObject();
        if (answer.Candidates.Count > 0)
        {
            json.WriteStartArray("candidates");
            GenerateAnswer.WriteCandidate(json, index, part is null ? [] : [part], finishReason);
            json.WriteEndArray();
        }

        answer.WriteTail(json, id, isLast ? answer.Usage.Output : 0);
        json.WriteEndObject();
    }, IsChunk: true);
}
