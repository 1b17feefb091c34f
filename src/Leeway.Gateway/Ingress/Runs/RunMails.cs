using Leeway.Delivery.Mail;
using Leeway.Queue;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>Sees to it that a mail tells of a run's end, as soon as its last request has ended.</summary>
internal sealed class RunMails
{
    private readonly IMailStore _mails;
    private readonly MailLoop _loop;

    /// <summary>Lets the index wake the loop.</summary>
    public RunMails(IMailStore mails, MailLoop loop, QueueIndex index)
    {
        (_mails, _loop) = (mails, loop);
        index.RunEnded += loop.Signal;
    }

    /// <summary>To be called when the run's requests are durable: what has ended by then is told at once.</summary>
    public async Task WatchAsync(RunId run, string team, MailId mail, CancellationToken cancellationToken)
    {
        await _mails.WatchRunAsync(run, team, mail, cancellationToken);
        _loop.Signal();
    }
}
