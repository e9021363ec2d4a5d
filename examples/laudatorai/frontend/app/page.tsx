"use client";

import { useEffect, useState } from "react";
import { addJob, listJobs, type Job } from "@/lib/api";

export default function Home() {
  const [jobs, setJobs] = useState<Job[]>([]);
  const [url, setUrl] = useState("");
  const [error, setError] = useState("");

  const load = () => listJobs().then(setJobs, (reason: Error) => setError(reason.message));

  useEffect(() => {
    void load();
  }, []);

  async function submit() {
    setError("");
    try {
      await addJob(url);
      setUrl("");
      await load();
    } catch (reason) {
      setError((reason as Error).message);
    }
  }

  return (
    <main>
      <h1>LaudatorAI</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <input type="url" required value={url} onChange={(event) => setUrl(event.target.value)} placeholder="https://…" />
        <button>Read this job</button>
      </form>
      {error && <p role="alert">{error}</p>}
      <ul>
        {jobs.map((job) => (
          <li key={job.id}>
            {job.title ?? job.url} <span className="status">{job.status}</span>
          </li>
        ))}
      </ul>
    </main>
  );
}
