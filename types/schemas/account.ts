import { z } from 'zod';
import { Count, Hours, Id, StoragePath, Timestamp } from './common.ts';

export const UserRole = z.enum(['instructor', 'moderator', 'admin']);
export type UserRole = z.infer<typeof UserRole>;

export const Me = z.object({
  id: Id,
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  is_instructor: z.boolean(),
  is_active: z.boolean(),
  roles: z.array(UserRole),
  profile: z.object({
    headline: z.string(),
    bio: z.string(),
    profile_picture: StoragePath.nullable(),
    phone: z.string(),
    country: z.string(),
    timezone: z.string().describe('IANA name, such as Europe/Berlin'),
    total_hours_learned: Hours,
    courses_completed: Count,
    certificates_earned: Count,
    current_streak_days: Count,
    last_activity: Timestamp.nullable(),
  }),
});
export type Me = z.infer<typeof Me>;

export const InstructorRequestStatus = z.enum(['pending', 'approved', 'rejected']);

export const InstructorRequest = z.object({
  id: Id,
  status: InstructorRequestStatus,
  created_at: Timestamp,
});
export type InstructorRequest = z.infer<typeof InstructorRequest>;

export const InstructorDecision = z.object({ user_id: Id, status: InstructorRequestStatus });
export type InstructorDecision = z.infer<typeof InstructorDecision>;

export const AccountState = z.object({ user_id: Id, is_active: z.boolean() });
export type AccountState = z.infer<typeof AccountState>;

export const RolesOfUser = z.object({ user_id: Id, roles: z.array(UserRole) });
export type RolesOfUser = z.infer<typeof RolesOfUser>;

export const DataExport = z.object({
  exported_at: Timestamp,
  tables: z
    .record(z.string(), z.array(z.record(z.string(), z.unknown())))
    .describe('rows by "schema.table", as they are stored'),
  files: z.array(z.object({ bucket: z.string(), path: StoragePath, created_at: Timestamp })),
});
export type DataExport = z.infer<typeof DataExport>;

export const DeletedAccount = z.object({ message: z.string() });
export type DeletedAccount = z.infer<typeof DeletedAccount>;

export const ClaimedFileDeletions = z.array(
  z.object({ id: z.number().int(), bucket: z.string(), folder: z.string() }),
);
export type ClaimedFileDeletions = z.infer<typeof ClaimedFileDeletions>;

export const SettledFileDeletion = z.object({ id: z.number().int(), done: z.boolean() });
export type SettledFileDeletion = z.infer<typeof SettledFileDeletion>;

export const DeleteFilesReport = z.object({
  folders: z.int().describe('folders that are empty now'),
  files: z.int().describe('files deleted'),
  failures: z.int().describe('folders that are tried again later'),
});
export type DeleteFilesReport = z.infer<typeof DeleteFilesReport>;
