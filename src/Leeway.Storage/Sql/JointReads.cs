namespace Leeway.Storage.Sql;

/// <summary>
/// Questions of many callers that are asked together: those that come while others are being answered travel with the next, so that a server is
/// asked as often as it can answer and no oftener.
/// </summary>
/// <param name="ask">Answers questions, in their order.</param>
internal sealed class JointReads<TQuestion, TAnswer>(Func<IReadOnlyList<TQuestion>, Task<List<TAnswer>>> ask)
{
    private readonly Lock _lock = new();
    private List<Asked> _waiting = [];
    private bool _isAsking;

    /// <summary>The answer to one question.</summary>
    public Task<TAnswer> AskAsync(TQuestion question, CancellationToken cancellationToken)
    {
        var asked = new Asked(question);
        bool isFirst;
        lock (_lock)
        {
            _waiting.Add(asked);
            isFirst = !_isAsking;
            _isAsking = true;
        }

        if (isFirst)
        {
            _ = AnswerAllAsync();
        }

        return asked.Task.WaitAsync(cancellationToken);
    }

    private async Task AnswerAllAsync()
    {
        while (true)
        {
            List<Asked> together;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isAsking = false;
                    return;
                }

                (together, _waiting) = (_waiting, []);
            }

            try
            {
                List<TAnswer> answers = await ask([.. together.Select(static asked => asked.Question)]);
                for (int i = 0; i < together.Count; i++)
                {
                    together[i].SetResult(answers[i]);
                }
            }
#pragma warning disable CA1031 // The callers' tasks carry whatever it is.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                together.ForEach(asked => asked.TrySetException(failure));
            }
        }
    }

    private sealed class Asked(TQuestion question) : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TQuestion Question => question;
    }
}
