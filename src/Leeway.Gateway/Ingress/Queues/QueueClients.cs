using Leeway.Adapters.Queues;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>Opens the queues of the configuration.</summary>
internal static class QueueClients
{
    public static IMessageQueue Open(string name, QueueConfig config, TimeProvider clock) => MessageQueues.Open(
        new QueueSettings
        {
            Name = name,
            Kind = config.Kind,
            Source = config.Source,
            Results = config.Results,
            DeadLetter = config.DeadLetter,
            Visibility = config.Visibility,
            Endpoint = config.Endpoint,
            Cloud = new CloudSettings { Region = config.Region, Project = config.Project, Credentials = config.Credentials.Reveal() },
        },
        clock);
}
